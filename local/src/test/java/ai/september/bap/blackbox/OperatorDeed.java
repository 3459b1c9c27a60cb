package ai.september.bap.blackbox;

import ai.september.bap.testing.Await;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.client.WorkflowStub;
import java.time.Duration;

/** What an operator does to a workflow. */
enum OperatorDeed {
    TERMINATE {
        @Override
        void to(WorkflowStub workflow) {
            workflow.terminate("by an operator");
        }
    },
    CANCEL {
        @Override
        void to(WorkflowStub workflow) {
            workflow.cancel();
        }
    };

    abstract void to(WorkflowStub workflow);

    /** Does it to the engine's workflow, as soon as there is one. */
    void to(Orchestrator orchestrator, String engineId) {
        Await.atMost(Duration.ofSeconds(20), "the workflow runs")
                .ignoreException(WorkflowNotFoundException.class)
                .until(() -> {
                    to(orchestrator.workflows().newUntypedWorkflowStub("engine/" + engineId));
                    return true;
                });
    }
}
