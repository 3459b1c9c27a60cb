package ai.september.bap.workflows;

import io.temporal.workflow.Workflow;
import java.time.Duration;

/** A purge, as many steps as it takes, and a durable hour until the next. */
public final class RetentionWorkflowImpl implements RetentionWorkflow {

    private static final Duration INTERVAL = Duration.ofHours(1);

    /** Steps until the history begins anew: about a week where there is little to delete. */
    private static final int STEPS = 200;

    @Override
    public void run() {
        for (int step = 0; step < STEPS; step++) {
            if (!StepOptions.retention("Delete what is past its time").purge()) {
                Workflow.sleep(INTERVAL);
            }
        }
        Workflow.newContinueAsNewStub(RetentionWorkflow.class).run();
    }
}
