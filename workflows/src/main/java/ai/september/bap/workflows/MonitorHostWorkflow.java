package ai.september.bap.workflows;

import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Watches over the engines of one host, for ever: one run for a host, and so one watcher. */
@WorkflowInterface
public interface MonitorHostWorkflow {

    /** Watches; never ends by itself. */
    @WorkflowMethod(name = "MonitorHost")
    void run(HostRef host);
}
