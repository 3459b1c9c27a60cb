package ai.september.bap.workflows;

import ai.september.bap.registry.id.OperationId;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.testing.Await;
import io.temporal.activity.Activity;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.failure.ApplicationFailure;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

/**
 * One way through a workflow of the whole installation, on Temporal's test server: what its one step answers, one after the
 * other, until the run waits for something that is not in the script or ends.
 *
 * @param name also the name of its recorded history
 * @param answers a number or a boolean; null for a fault
 * @param lasts how long it is let run by the server's clock, where it leaves that alone
 */
record Chore(String name, String type, List<Object> answers, Duration lasts) {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    static final Object FAULT = "fault";

    static List<Chore> all() {
        return List.of(
                new Chore("deleteproduct-of-three-rounds", "DeleteProduct", List.of(12, 2, 0), Duration.ofMinutes(1)),
                new Chore(
                        "deleteproduct-in-a-bad-hour",
                        "DeleteProduct",
                        List.of(1, FAULT, FAULT, 0),
                        Duration.ofHours(1)),
                new Chore(
                        "retention-with-much-to-delete",
                        "Retention",
                        List.of(true, true, false, false),
                        Duration.ofMinutes(90)),
                new Chore("retention-in-a-bad-hour", "Retention", List.of(FAULT, false), Duration.ofMinutes(30)),
                new Chore("monitorhost-of-three-watches", "MonitorHost", List.of(1, 1, 1), Duration.ZERO),
                new Chore("monitorhost-in-a-bad-hour", "MonitorHost", List.of(FAULT, 1), Duration.ZERO));
    }

    /** What a run of it left. */
    record Run(List<String> happened, String history) {}

    Run run() {
        List<String> happened = Collections.synchronizedList(new ArrayList<>());
        Deque<Object> left = new ArrayDeque<>(answers);
        try (TestWorkflowEnvironment environment =
                TestWorkflowEnvironment.newInstance(TestEnvironmentOptions.newBuilder()
                        .setWorkflowClientOptions(WorkflowClientOptions.newBuilder()
                                .setIdentity("stage")
                                .build())
                        .build())) {
            var worker = environment.newWorker(TaskQueues.CONTROL);
            worker.registerWorkflowImplementationTypes(Workflows.implementations());
            worker.registerActivitiesImplementations(
                    (ProductSteps) product -> (int) next(happened, left, 0),
                    (RetentionSteps) () -> (boolean) next(happened, left, false));
            environment.newWorker(TaskQueues.watch(Stage.HOST)).registerActivitiesImplementations((HostSteps)
                    host -> watch(happened, left));
            environment.start();
            WorkflowExecution execution = start(environment.getWorkflowClient());
            if (type.equals("MonitorHost")) {
                // While its step goes on, the server's clock is everybody's.
                Await.atMost(PATIENCE, "the script's end").until(() -> happened.size() == answers.size());
            } else {
                environment.sleep(lasts);
            }
            return new Run(
                    List.copyOf(happened),
                    environment
                            .getWorkflowClient()
                            .fetchHistory(execution.getWorkflowId())
                            .toJson(false));
        }
    }

    /** Who watches after the script's end is never heard of again. */
    private static void watch(List<String> happened, Deque<Object> left) {
        if (left.isEmpty()) {
            Activity.getExecutionContext().doNotCompleteOnReturn();
        } else {
            Object unusedAnswer = next(happened, left, FAULT);
        }
    }

    private static Object next(List<String> happened, Deque<Object> left, Object otherwise) {
        Object answer = left.isEmpty() ? otherwise : left.poll();
        happened.add(answer.toString());
        if (answer.equals(FAULT)) {
            throw ApplicationFailure.newFailure("The database is away.", "UNAVAILABLE");
        }
        return answer;
    }

    private WorkflowExecution start(WorkflowClient client) {
        WorkflowStub stub = client.newUntypedWorkflowStub(
                type,
                WorkflowOptions.newBuilder()
                        .setWorkflowId(name)
                        .setTaskQueue(TaskQueues.CONTROL)
                        .build());
        return switch (type) {
            case "DeleteProduct" -> stub.start(new ProductRef(OperationId.random(), ProductId.random()));
            case "MonitorHost" -> stub.start(new HostRef(Stage.HOST, Duration.ofSeconds(30)));
            default -> stub.start();
        };
    }
}
