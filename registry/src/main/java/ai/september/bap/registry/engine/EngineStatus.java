package ai.september.bap.registry.engine;

import ai.september.bap.registry.WireName;

/** The states an engine's row can be in; a destroyed engine has no row. */
public enum EngineStatus implements WireName {
    PROVISIONING,
    RUNNING,
    SLEEPING,
    STOPPED,
    FAILED,
    DESTROYING
}
