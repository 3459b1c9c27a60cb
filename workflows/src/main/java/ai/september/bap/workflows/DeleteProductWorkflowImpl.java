package ai.september.bap.workflows;

import io.temporal.workflow.Workflow;
import java.time.Duration;

/** Has the next engines destroyed as often as it takes; each of them is an operation with a run of its own. */
public final class DeleteProductWorkflowImpl implements DeleteProductWorkflow {

    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** A round is a step and a timer; a history stays readable, and far from Temporal's limits. */
    private static final int ROUNDS = 500;

    @Override
    public void run(ProductRef product) {
        for (int round = 0; round < ROUNDS; round++) {
            int left = StepOptions.products("Destroy the next engines, or delete the product")
                    .destroyNext(product);
            if (left == 0) {
                Workflow.setCurrentDetails("Deleted");
                return;
            }
            Workflow.setCurrentDetails(left + " engines are left");
            Workflow.sleep(PAUSE);
        }
        Workflow.newContinueAsNewStub(DeleteProductWorkflow.class).run(product);
    }
}
