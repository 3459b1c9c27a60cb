package ai.september.bap.blackbox;

import ai.september.bap.testing.Await;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.client.WorkflowStub;
import java.time.Duration;
import java.util.List;

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

        /** Temporal's test server loses a run whose step ends between the task that would cancel it and its completion. */
        @Override
        boolean isHeard(List<EventType> history) {
            int asked = history.indexOf(EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCEL_REQUESTED);
            return asked >= 0 && asked < history.lastIndexOf(EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED);
        }
    };

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    abstract void to(WorkflowStub workflow);

    /** Whether the workflow's code knows, if it has a say. */
    boolean isHeard(List<EventType> history) {
        return true;
    }

    /** Does it to the engine's workflow, as soon as there is one, and waits until that knows. */
    void to(Orchestrator orchestrator, String engineId) {
        WorkflowClient workflows = orchestrator.workflows();
        String workflowId = "engine/" + engineId;
        Await.atMost(PATIENCE, "the workflow runs")
                .ignoreException(WorkflowNotFoundException.class)
                .until(() -> {
                    to(workflows.newUntypedWorkflowStub(workflowId));
                    return true;
                });
        Await.atMost(PATIENCE, "the workflow has heard of " + this)
                .until(() -> isHeard(workflows.fetchHistory(workflowId).getHistory().getEventsList().stream()
                        .map(HistoryEvent::getEventType)
                        .toList()));
    }
}
