package ai.september.bap.registry.operation;

import ai.september.bap.registry.WireName;

/** The steps of operations that touch a container, as operators and callers see them. */
public enum StepName implements WireName {
    MIGRATE_BRAIN,
    LAUNCH_CONTAINER,
    AWAIT_HEALTHY,
    STOP_CONTAINER,
    CONFIRM_IDLE,
    SUSPEND_CONTAINER,
    REMOVE_CONTAINER,
    REMOVE_VOLUME,
    /** In no plan: what puts an engine in order when an operator has ended its operation. */
    SETTLE
}
