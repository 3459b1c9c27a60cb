package ai.september.bap.workflows;

import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.api.enums.v1.WorkflowIdReusePolicy;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;

/**
 * Sees to it that somebody watches over a host. Thread-safe; throws what the Temporal client throws when the service is
 * away.
 */
public final class MonitorStarter implements Runnable {

    private final WorkflowClient client;
    private final HostRef host;

    public MonitorStarter(WorkflowClient client, HostRef host) {
        this.client = client;
        this.host = host;
    }

    /** Starts the watch, unless it runs. */
    @Override
    public void run() {
        WorkflowOptions options = WorkflowOptions.newBuilder()
                .setWorkflowId(TaskQueues.monitorId(host.hostId()))
                .setTaskQueue(TaskQueues.CONTROL)
                .setWorkflowIdConflictPolicy(WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING)
                .setWorkflowIdReusePolicy(WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE)
                .setStaticSummary("Watches over the engines of host " + host.hostId())
                .setStaticDetails("A sweep every " + host.interval().toSeconds()
                        + " s. Ending this run does no harm: it is started" + " again within half a minute.")
                .build();
        client.newUntypedWorkflowStub("MonitorHost", options).start(host);
    }
}
