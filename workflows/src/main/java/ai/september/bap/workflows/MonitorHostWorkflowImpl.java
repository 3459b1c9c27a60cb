package ai.september.bap.workflows;

import io.temporal.failure.ActivityFailure;
import io.temporal.workflow.Workflow;
import java.time.Duration;

/** One long step beside the host after the other; whoever does it and dies is noticed by its heartbeats. */
public final class MonitorHostWorkflowImpl implements MonitorHostWorkflow {

    private static final Duration PAUSE = Duration.ofSeconds(10);

    /** Steps until the history begins anew: about a day. */
    private static final int STEPS = 24;

    @Override
    public void run(HostRef host) {
        for (int step = 0; step < STEPS; step++) {
            try {
                StepOptions.watch(host).watch(host);
            } catch (ActivityFailure failed) {
                // Of one that failed for good there is nothing to undo; and nobody else watches.
                Workflow.getLogger(MonitorHostWorkflowImpl.class).warn("watching failed: {}", failed.getMessage());
                Workflow.sleep(PAUSE);
            }
        }
        Workflow.newContinueAsNewStub(MonitorHostWorkflow.class).run(host);
    }
}
