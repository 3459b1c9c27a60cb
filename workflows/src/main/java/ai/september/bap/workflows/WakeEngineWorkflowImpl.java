package ai.september.bap.workflows;

/** The way up from sleep: a frozen container is thawed, a stopped one started, a missing one made on its volume. */
public final class WakeEngineWorkflowImpl implements WakeEngineWorkflow {

    @Override
    public Outcome run(OperationRef operation) {
        return new Startup(operation).run();
    }
}
