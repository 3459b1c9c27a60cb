package ai.september.bap.workflows;

import ai.september.bap.registry.deletion.ProductDeletion;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.api.enums.v1.WorkflowIdReusePolicy;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;

/**
 * Brings deletions of products to Temporal. May be asked for the same one any number of times: there is one run for a
 * product. Thread-safe; throws what the Temporal client throws when the service is away.
 */
public final class ProductDeletionStarter {

    private final WorkflowClient client;

    public ProductDeletionStarter(WorkflowClient client) {
        this.client = client;
    }

    /** Makes sure that the deletion is being carried out. */
    public void start(ProductDeletion deletion) {
        WorkflowOptions options = WorkflowOptions.newBuilder()
                .setWorkflowId(TaskQueues.workflowId(deletion.productId()))
                .setTaskQueue(TaskQueues.CONTROL)
                .setWorkflowIdConflictPolicy(WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING)
                .setWorkflowIdReusePolicy(WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE)
                .setStaticSummary("DeleteProduct " + deletion.slug())
                .setStaticDetails("Operation " + deletion.operationId() + ", asked for by " + deletion.actor() + ", of "
                        + deletion.enginesTotal() + " engines")
                .build();
        client.newUntypedWorkflowStub("DeleteProduct", options)
                .start(new ProductRef(deletion.operationId(), deletion.productId()));
    }
}
