package ai.september.bap.registry.operation;

import ai.september.bap.registry.id.OperationId;

/** An attempt of a step comes so late that another one, or a later step of the same operation, has begun: it does nothing. */
public final class LateStepException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public LateStepException(OperationId operationId) {
        super("A later attempt or step of operation " + operationId + " has begun already.");
    }
}
