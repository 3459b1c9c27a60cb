package ai.september.bap.workflows;

/** Brain, container, first healthy answer; on failure the container is removed, the volume kept. */
public final class ProvisionEngineWorkflowImpl implements ProvisionEngineWorkflow {

    @Override
    public Outcome run(OperationRef operation) {
        EngineBoot engine = new EngineBoot(operation);
        return new OperationRun(operation)
                .carryOut(
                        () -> {
                            engine.migrateBrain();
                            Boot boot = engine.boot();
                            StepOptions.registry("Record: running").running(operation, boot);
                        },
                        failure -> {
                            engine.remove();
                            StepOptions.registry("Record: failed").failed(operation, failure);
                        },
                        () -> {
                            engine.remove();
                            StepOptions.registry("Record: cancelled").cancelled(operation);
                        });
    }
}
