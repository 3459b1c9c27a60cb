package ai.september.bap.workflows;

/** The way up again. */
public final class StartEngineWorkflowImpl implements StartEngineWorkflow {

    @Override
    public Outcome run(OperationRef operation) {
        return new Startup(operation).run();
    }
}
