package ai.september.bap.workflows;

import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Puts an idle engine to sleep, unless it turns out not to be idle. */
@WorkflowInterface
public interface SleepEngineWorkflow {

    /** Carries the operation out, to its end in the registry; {@code cancelled} if the engine stays awake. */
    @WorkflowMethod(name = "SleepEngine")
    Outcome run(OperationRef operation);
}
