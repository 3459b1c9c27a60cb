package ai.september.bap.workflows;

import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.api.enums.v1.WorkflowIdReusePolicy;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;

/** Sees to it that the retention goes on. Thread-safe; throws what the Temporal client throws when the service is away. */
public final class RetentionStarter implements Runnable {

    private static final String ID = "retention";

    private final WorkflowClient client;

    public RetentionStarter(WorkflowClient client) {
        this.client = client;
    }

    /** Starts it, unless it runs. */
    @Override
    public void run() {
        WorkflowOptions options = WorkflowOptions.newBuilder()
                .setWorkflowId(ID)
                .setTaskQueue(TaskQueues.CONTROL)
                .setWorkflowIdConflictPolicy(WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING)
                .setWorkflowIdReusePolicy(WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE)
                .setStaticSummary("Deletes audit rows, operations and keys that are past their time")
                .build();
        client.newUntypedWorkflowStub("Retention", options).start();
    }
}
