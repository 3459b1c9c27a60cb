package ai.september.bap.workflows;

import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Stops an engine's process; volume, key and port stay. */
@WorkflowInterface
public interface StopEngineWorkflow {

    /** Carries the operation out, to its end in the registry. */
    @WorkflowMethod(name = "StopEngine")
    Outcome run(OperationRef operation);
}
