package ai.september.bap.workflows;

/**
 * Closes an operation as cancelled: if it touched nothing, with the engine as it was; else with the engine's containers
 * ended gracefully and its volume kept.
 */
public final class SettleEngineWorkflowImpl implements SettleEngineWorkflow {

    @Override
    public Outcome run(OperationRef operation) {
        return new OperationRun(operation).close();
    }
}
