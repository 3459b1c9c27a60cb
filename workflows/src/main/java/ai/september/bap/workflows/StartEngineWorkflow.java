package ai.september.bap.workflows;

import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Brings an engine that is stopped, sleeping or failed up again. */
@WorkflowInterface
public interface StartEngineWorkflow {

    /** Carries the operation out, to its end in the registry. */
    @WorkflowMethod(name = "StartEngine")
    Outcome run(OperationRef operation);
}
