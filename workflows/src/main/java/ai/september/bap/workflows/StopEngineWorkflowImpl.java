package ai.september.bap.workflows;

/** Stops the engine's processes, however long the host takes to answer; volume, key and port stay. */
public final class StopEngineWorkflowImpl implements StopEngineWorkflow {

    @Override
    public Outcome run(OperationRef operation) {
        return new OperationRun(operation).carryOut(() -> {
            StepOptions.persistent(operation.hostId(), "Stop the engine's processes")
                    .stopContainer(operation);
            StepOptions.registry("Record: stopped").stopped(operation);
        });
    }
}
