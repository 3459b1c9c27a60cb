package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.registry.operation.OperationKind;
import ai.september.bap.registry.operation.StepName;
import ai.september.bap.testing.Await;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.workflow.v1.PendingActivityInfo;
import io.temporal.api.workflowservice.v1.DescribeWorkflowExecutionRequest;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whichever step an operator ends a run in: the row says what the process does, nobody keeps the lock, and life goes on. */
class OperatorAtEveryStepIT {

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR = Orchestrator.shared();

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Set<OperationKind> KINDS =
            EnumSet.complementOf(EnumSet.of(OperationKind.SLEEP, OperationKind.RECOVER));

    /** One engine, and its operation that was ended. */
    private record Ended(String user, String engineId, String operation) {}

    @ParameterizedTest
    @EnumSource
    void ofEveryOperation(OperatorDeed deed) {
        Product product = ORCHESTRATOR.register("operator-steps");
        List<Ended> all = new ArrayList<>();
        for (OperationKind kind : KINDS) {
            for (StepName step : kind.steps()) {
                all.add(endAt(step, kind, deed, product));
            }
        }

        assertThat(all).hasSize(15);
        all.forEach(ended -> assertInOrder(product, ended));
    }

    private static Ended endAt(StepName step, OperationKind kind, OperatorDeed deed, Product product) {
        String user = kind.wireName() + "-" + step.wireName();
        String engineId = engineFor(kind, product, user);
        EngineGate before = EngineGate.of(ORCHESTRATOR, engineId);
        String operation = ask(kind, product.async(), user).isAccepted();
        try (StepGate gate = StepGate.of(ORCHESTRATOR, operation, step)) {
            // A wake is begun without one; the relay gives it one as long as it is not done.
            Operations.awaitRun(ORCHESTRATOR, operation);
            before.close();
            gate.awaitArrival(ORCHESTRATOR);
            deed.to(ORCHESTRATOR, engineId);
        } finally {
            before.close();
        }
        return new Ended(user, engineId, operation);
    }

    /** An engine in a state from which the operation begins. */
    private static String engineFor(OperationKind kind, Product product, String user) {
        if (kind == OperationKind.PROVISION) {
            try (SteerableEngine.Steering exits = ORCHESTRATOR.engine().exiting()) {
                provision(product, user).isRefused(502, "BACKEND_ERROR");
            }
            return product.get(user).text("/engine_id");
        }
        String engineId = product.provision(user).text("/engine_id");
        if (kind == OperationKind.START || kind == OperationKind.WAKE) {
            product.post(user, "stop").isOk();
        }
        if (kind == OperationKind.WAKE) {
            ORCHESTRATOR
                    .sql()
                    .useHandle(
                            sql -> sql.createUpdate("UPDATE engines SET status = 'sleeping' WHERE engine_id = ?::uuid")
                                    .bind(0, engineId)
                                    .execute());
        }
        return engineId;
    }

    private static Client.Reply ask(OperationKind kind, Product product, String user) {
        return switch (kind) {
            case PROVISION -> provision(product, user);
            case WAKE -> product.admit(user, "{\"auto_wake\":true}");
            case DESTROY -> product.destroy(user);
            case ROTATE_KEY -> product.post(user, "rotate-key");
            case START, STOP -> product.post(user, kind.wireName());
            case SLEEP, RECOVER -> throw new IllegalArgumentException("no request begins " + kind);
        };
    }

    private static Client.Reply provision(Product product, String user) {
        return product.client().post("/engines/provision", Client.json("user_id", user));
    }

    @ParameterizedTest
    @EnumSource
    void whileAProvisionThatFailedIsCleanedUp(OperatorDeed deed) {
        Product product = ORCHESTRATOR.register("operator-cleanup");
        Ended ended;
        try (SteerableEngine.Steering exits = ORCHESTRATOR.engine().exiting();
                SteerableEngine.Steering hold = ORCHESTRATOR.engine().hold()) {
            String operation = provision(product.async(), "u").isAccepted();
            Operations.awaitStep(product, operation, "await_healthy", "running");
            String engineId = product.get("u").text("/engine_id");
            try (EngineGate gate = EngineGate.of(ORCHESTRATOR, engineId)) {
                hold.close();
                awaitActivity(engineId, "RemoveContainer");
                deed.to(ORCHESTRATOR, engineId);
            }
            ended = new Ended("u", engineId, operation);
        }

        assertInOrder(product, ended);
    }

    private static void awaitActivity(String engineId, String type) {
        Await.atMost(PATIENCE, type + " is at work")
                .until(() -> pending(engineId).contains(type));
    }

    private static List<String> pending(String engineId) {
        return ORCHESTRATOR
                .workflows()
                .getWorkflowServiceStubs()
                .blockingStub()
                .describeWorkflowExecution(DescribeWorkflowExecutionRequest.newBuilder()
                        .setNamespace("default")
                        .setExecution(WorkflowExecution.newBuilder().setWorkflowId("engine/" + engineId))
                        .build())
                .getPendingActivitiesList()
                .stream()
                .filter(PendingActivityInfo::hasLastStartedTime)
                .map(activity -> activity.getActivityType().getName())
                .toList();
    }

    private static void assertInOrder(Product product, Ended ended) {
        Operations.awaitClosed(product, ended.operation());
        awaitFreeLock(ended.engineId());
        Client.Reply engine = product.get(ended.user());
        if (engine.status() == 404) {
            assertThat(processes(ended)).as(ended.user()).isEmpty();
            return;
        }
        assertConsistent(ended, engine);
        if (!engine.text("/status").equals("running")) {
            assertStarts(product, ended);
        }
        assertConsistent(ended, product.get(ended.user()));
        product.destroy(ended.user()).isOk();
        assertThat(processes(ended)).as(ended.user()).isEmpty();
    }

    /** A destroy that was ended may have got as far as the brain: then nothing but another destroy is of use. */
    private static void assertStarts(Product product, Ended ended) {
        Client.Reply start = product.post(ended.user(), "start");
        if (ended.user().equals("destroy-remove_volume") && !hasBrain(ended)) {
            start.isRefused(502, "BACKEND_ERROR");
        } else {
            start.isOk();
        }
    }

    private static boolean hasBrain(Ended ended) {
        return Files.exists(ORCHESTRATOR
                .folder()
                .resolve("engines")
                .resolve(ended.engineId())
                .resolve("data"));
    }

    /** The process is what the row says. */
    private static void assertConsistent(Ended ended, Client.Reply engine) {
        switch (engine.text("/status")) {
            case "running" -> {
                assertThat(processes(ended)).as(ended.user()).hasSize(1);
                assertThat(EngineClient.of(engine.body()).status()).isEqualTo(200);
            }
            case "stopped", "sleeping", "failed" ->
                assertThat(processes(ended)).as(ended.user()).isEmpty();
            default -> throw new AssertionError("not settled: " + engine.body());
        }
    }

    private static List<Long> processes(Ended ended) {
        return EngineProcesses.of(ORCHESTRATOR.folder(), ended.engineId());
    }

    private static void awaitFreeLock(String engineId) {
        Await.atMost(PATIENCE, "nobody holds the lock of " + engineId)
                .until(() -> ORCHESTRATOR
                        .sql()
                        .inTransaction(sql -> sql.createQuery(
                                        "SELECT pg_try_advisory_xact_lock(hashtextextended('engine/' || ?, 0))")
                                .bind(0, engineId)
                                .mapTo(Boolean.class)
                                .one()));
    }
}
