package ai.september.bap.workflows;

/** Brain, container, first healthy answer; on failure the container is removed, the volume kept. */
public final class ProvisionEngineWorkflowImpl implements ProvisionEngineWorkflow {

    @Override
    public Outcome run(OperationRef operation) {
        return new Startup(operation).run();
    }
}
