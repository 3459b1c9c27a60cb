package ai.september.bap.registry.operation;

import static ai.september.bap.registry.operation.StepName.AWAIT_HEALTHY;
import static ai.september.bap.registry.operation.StepName.CONFIRM_IDLE;
import static ai.september.bap.registry.operation.StepName.LAUNCH_CONTAINER;
import static ai.september.bap.registry.operation.StepName.MIGRATE_BRAIN;
import static ai.september.bap.registry.operation.StepName.REMOVE_CONTAINER;
import static ai.september.bap.registry.operation.StepName.REMOVE_VOLUME;
import static ai.september.bap.registry.operation.StepName.STOP_CONTAINER;
import static ai.september.bap.registry.operation.StepName.SUSPEND_CONTAINER;

import ai.september.bap.registry.WireName;
import java.util.List;

/** What an operation does. */
public enum OperationKind implements WireName {
    PROVISION,
    START,
    WAKE,
    STOP,
    SLEEP,
    DESTROY,
    ROTATE_KEY,
    RECOVER;

    /** The steps it is done in, in their order. */
    public List<StepName> steps() {
        return switch (this) {
            case PROVISION, START, WAKE, RECOVER, ROTATE_KEY -> List.of(MIGRATE_BRAIN, LAUNCH_CONTAINER, AWAIT_HEALTHY);
            case STOP -> List.of(STOP_CONTAINER);
            case SLEEP -> List.of(CONFIRM_IDLE, SUSPEND_CONTAINER);
            case DESTROY -> List.of(REMOVE_CONTAINER, REMOVE_VOLUME);
        };
    }
}
