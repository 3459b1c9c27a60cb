package ai.september.bap.workflows;

import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Restarts an engine that has failed, again and again, after longer and longer pauses. */
@WorkflowInterface
public interface RecoverEngineWorkflow {

    /** Carries the operation out, to its end in the registry. */
    @WorkflowMethod(name = "RecoverEngine")
    Outcome run(OperationRef operation);
}
