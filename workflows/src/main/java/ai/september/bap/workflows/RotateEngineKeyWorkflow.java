package ai.september.bap.workflows;

import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Gives a running engine a new key, by a new container on the same volume. */
@WorkflowInterface
public interface RotateEngineKeyWorkflow {

    /** Carries the operation out, to its end in the registry. */
    @WorkflowMethod(name = "RotateEngineKey")
    Outcome run(OperationRef operation);
}
