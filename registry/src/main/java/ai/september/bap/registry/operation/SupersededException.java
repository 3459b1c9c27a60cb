package ai.september.bap.registry.operation;

import ai.september.bap.registry.id.OperationId;

/** The operation is not the engine's current one any more: whoever works for it has to let go. */
public final class SupersededException extends RuntimeException {

    public SupersededException(OperationId operationId) {
        super("operation " + operationId + " has ended or was superseded");
    }
}
