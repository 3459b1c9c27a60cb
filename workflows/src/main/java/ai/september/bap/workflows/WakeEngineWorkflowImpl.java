package ai.september.bap.workflows;

import io.temporal.workflow.Workflow;

/** The way up from sleep: a frozen container is thawed, a stopped one started, a missing one made on its volume. */
public final class WakeEngineWorkflowImpl implements WakeEngineWorkflow {

    @Override
    public Outcome run(OperationRef operation) {
        boolean inOneStep = Workflow.getVersion("0.2.0-wake", Workflow.DEFAULT_VERSION, 1) == 1;
        return inOneStep ? new Startup(operation).wake() : new Startup(operation).run();
    }
}
