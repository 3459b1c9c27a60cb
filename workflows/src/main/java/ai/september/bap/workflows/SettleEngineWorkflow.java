package ai.september.bap.workflows;

import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Cleans up after an operation whose workflow an operator ended in Temporal, and closes it. */
@WorkflowInterface
public interface SettleEngineWorkflow {

    /** Carries the operation out, to its end in the registry. */
    @WorkflowMethod(name = "SettleEngine")
    Outcome run(OperationRef operation);
}
