package ai.september.bap.workflows;

import io.temporal.workflow.Workflow;

/** The way up from sleep: a frozen container is thawed, a stopped one started, a missing one made on its volume. */
public final class WakeEngineWorkflowImpl implements WakeEngineWorkflow {

    @Override
    public Outcome run(OperationRef operation) {
        boolean thaws = Workflow.getVersion("0.2.0-thaw", Workflow.DEFAULT_VERSION, 1) == 1;
        return thaws ? new Startup(operation).thawOrRun() : new Startup(operation).run();
    }
}
