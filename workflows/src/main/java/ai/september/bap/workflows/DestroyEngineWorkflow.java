package ai.september.bap.workflows;

import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Removes an engine for good: container, volume, port, row. */
@WorkflowInterface
public interface DestroyEngineWorkflow {

    /** Carries the operation out, to its end in the registry. */
    @WorkflowMethod(name = "DestroyEngine")
    Outcome run(OperationRef operation);
}
