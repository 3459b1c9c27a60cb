package ai.september.bap.workflows;

import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Wakes a sleeping engine, because an admit asked for it. */
@WorkflowInterface
public interface WakeEngineWorkflow {

    /** Carries the operation out, to its end in the registry. */
    @WorkflowMethod(name = "WakeEngine")
    Outcome run(OperationRef operation);
}
