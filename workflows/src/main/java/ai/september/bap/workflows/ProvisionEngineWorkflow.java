package ai.september.bap.workflows;

import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Gives a user an engine: brain, container, first healthy answer. */
@WorkflowInterface
public interface ProvisionEngineWorkflow {

    /** Carries the operation out, to its end in the registry. */
    @WorkflowMethod(name = "ProvisionEngine")
    Outcome run(OperationRef operation);
}
