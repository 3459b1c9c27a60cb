package ai.september.bap.workflows;

/** Ends the engine's containers gracefully, keeps its volume, and closes the operation as cancelled. */
public final class SettleEngineWorkflowImpl implements SettleEngineWorkflow {

    @Override
    public Outcome run(OperationRef operation) {
        return new OperationRun(operation)
                .carryOut(() -> settle(operation), failure -> close(operation), () -> close(operation));
    }

    private static void settle(OperationRef operation) {
        OperationRun.asFarAsPossible(() -> StepOptions.cleanup(operation.hostId(), "Stop the engine's processes")
                .stopContainer(operation));
        OperationRun.asFarAsPossible(() -> StepOptions.cleanup(operation.hostId(), "Remove the engine's containers")
                .removeContainer(operation));
        close(operation);
    }

    private static void close(OperationRef operation) {
        StepOptions.registry("Record: cancelled").cancelled(operation);
    }
}
