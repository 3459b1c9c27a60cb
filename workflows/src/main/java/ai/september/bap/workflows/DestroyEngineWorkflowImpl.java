package ai.september.bap.workflows;

/** Removes container, volume and row, however long the host takes to answer. */
public final class DestroyEngineWorkflowImpl implements DestroyEngineWorkflow {

    @Override
    public Outcome run(OperationRef operation) {
        return new OperationRun(operation).carryOut(() -> {
            StepOptions.persistent(operation.hostId(), "Remove the engine's containers")
                    .removeContainer(operation);
            StepOptions.persistent(operation.hostId(), "Delete the engine's volume")
                    .removeVolume(operation);
            StepOptions.registry("Record: destroyed").destroyed(operation);
        });
    }
}
