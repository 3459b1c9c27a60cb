package ai.september.bap.activities.steps;

import ai.september.bap.workflows.OperationRef;
import org.slf4j.MDC;

/** Puts the operation's and the engine's id on every log line of a step. */
final class OperationLog implements AutoCloseable {

    private OperationLog() {}

    static OperationLog of(OperationRef operation) {
        MDC.put("operation_id", operation.operationId().toString());
        MDC.put("engine_id", operation.engineId().toString());
        return new OperationLog();
    }

    @Override
    public void close() {
        MDC.remove("operation_id");
        MDC.remove("engine_id");
    }
}
