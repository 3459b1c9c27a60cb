package ai.september.bap.bench;

import ai.september.bap.workflows.Outcome;
import io.temporal.api.history.v1.History;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowStub;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.util.Map;
import java.util.Optional;

/** What runs leave in Temporal. Thread-safe. */
final class Histories implements AutoCloseable {

    private final WorkflowServiceStubs stubs;
    private final WorkflowClient client;

    /** @param address of Temporal's frontend */
    Histories(String address) {
        this.stubs = WorkflowServiceStubs.newServiceStubs(
                WorkflowServiceStubsOptions.newBuilder().setTarget(address).build());
        this.client = WorkflowClient.newInstance(stubs);
    }

    /** What they are read with: a client that no worker is made from. */
    WorkflowClient client() {
        return client;
    }

    /** Of an engine's latest run, once it has ended. */
    History ofLatestRun(Product.Engine engine) {
        WorkflowStub run = client.newUntypedWorkflowStub("engine/" + engine.id());
        Outcome unused = run.getResult(Outcome.class);
        return client.fetchHistory("engine/" + engine.id()).getHistory();
    }

    /** Counts whose hands a run went through: steps beside the container daemon, and workflow tasks. */
    static void countByWorker(History history, Map<String, Share> shares) {
        for (HistoryEvent event : history.getEventsList()) {
            identity(event)
                    .ifPresent(identity -> shares.computeIfAbsent(identity, unused -> new Share())
                            .count(event));
        }
    }

    private static Optional<String> identity(HistoryEvent event) {
        return switch (event.getEventType()) {
            case EVENT_TYPE_ACTIVITY_TASK_STARTED ->
                Optional.of(event.getActivityTaskStartedEventAttributes().getIdentity());
            case EVENT_TYPE_WORKFLOW_TASK_STARTED ->
                Optional.of(event.getWorkflowTaskStartedEventAttributes().getIdentity());
            default -> Optional.empty();
        };
    }

    /** What one worker did. Not thread-safe. */
    static final class Share {

        private int steps;
        private int workflowTasks;

        private void count(HistoryEvent event) {
            if (event.hasActivityTaskStartedEventAttributes()) {
                steps++;
            } else {
                workflowTasks++;
            }
        }

        int steps() {
            return steps;
        }

        int workflowTasks() {
            return workflowTasks;
        }
    }

    @Override
    public void close() {
        stubs.shutdownNow();
    }
}
