package ai.september.bap.registry.operation;

import ai.september.bap.registry.WireName;

/** How far an operation, or one of its steps, has come. */
public enum OperationStatus implements WireName {
    PENDING,
    RUNNING,
    SUCCEEDED,
    FAILED,
    CANCELLED;

    /** Whether nothing will change any more. */
    public boolean isEnded() {
        return this != PENDING && this != RUNNING;
    }
}
