package ai.september.bap.workflows;

import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Deletes, every hour, what is past its time. One run for an installation, for ever. */
@WorkflowInterface
public interface RetentionWorkflow {

    /** Goes on until it is terminated; workers start it anew. */
    @WorkflowMethod(name = "Retention")
    void run();
}
