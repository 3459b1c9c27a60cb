package ai.september.bap.workflows;

import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Destroys all engines of a product, a few at a time, and then deletes the product. */
@WorkflowInterface
public interface DeleteProductWorkflow {

    /** Carries the deletion out, to its end in the registry. */
    @WorkflowMethod(name = "DeleteProduct")
    void run(ProductRef product);
}
