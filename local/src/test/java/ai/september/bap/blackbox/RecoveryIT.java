package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.testing.Await;
import com.fasterxml.jackson.databind.JsonNode;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What becomes of engines that die, hang or fail, with short intervals. */
@Timeout(240)
class RecoveryIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int ATTEMPTS = 5;

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR = new Orchestrator(Map.of(
            "ORCH_PORT_MIN", "22001",
            "ORCH_PORT_MAX", "22100",
            "ORCH_STOP_GRACE_S", "2",
            "ORCH_HEALTH_CHECK_INTERVAL_S", "1",
            "ORCH_HEALTH_CHECK_TIMEOUT_S", "3",
            "ORCH_HEALTH_MAX_FAILURES", "2",
            "ORCH_MASS_FAILURE_HOLD_S", "4",
            "ORCH_RESTART_BACKOFF_BASE_S", "1",
            "ORCH_RESTART_BACKOFF_MAX_S", "2",
            "ORCH_RESTART_MAX_ATTEMPTS", Integer.toString(ATTEMPTS)));

    private final Product product = ORCHESTRATOR.register("recovery");

    /** How many fail of how many is asked of the whole host. */
    @AfterEach
    void destroyAll() {
        product.client()
                .get("/engines?limit=1000")
                .isOk()
                .body()
                .path("engines")
                .forEach(engine ->
                        product.destroy(engine.path("user_id").asText()).isOk());
    }

    private static void kill(Client.Reply engine) {
        processes(engine).forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    }

    private static List<Long> processes(Client.Reply engine) {
        return EngineProcesses.of(ORCHESTRATOR.folder(), engine.text("/engine_id"));
    }

    /** Oldest first, since the provision. */
    private List<String> actions(String user) {
        List<String> actions = new ArrayList<>();
        entries(user).forEach(entry -> actions.add(entry.path("action").asText()));
        Collections.reverse(actions);
        return actions.subList(actions.indexOf("provision") + 1, actions.size());
    }

    private JsonNode entries(String user) {
        return product.client()
                .get("/audit?limit=100&user_id=" + Client.segment(user))
                .isOk()
                .body()
                .path("entries");
    }

    private void awaitAction(String user, String action) {
        Await.atMost(PATIENCE, user + " has " + action)
                .until(() -> actions(user).contains(action));
    }

    private String recovery(String user) {
        return entries(user)
                .valueStream()
                .filter(entry -> entry.path("action").asText().equals("health_failed"))
                .findFirst()
                .orElseThrow()
                .at("/metadata/operation_id")
                .asText();
    }

    @Test
    void anEngineThatIsKilledIsBackWithItsBrainItsKeyAndItsPort() {
        Client.Reply engine = product.provision("killed");
        EngineClient client = EngineClient.of(engine.body());
        client.say("t", "one");

        kill(engine);

        awaitAction("killed", "auto_restart_success");
        assertThat(actions("killed")).containsExactly("health_failed", "auto_restart_start", "auto_restart_success");
        Client.Reply after = product.admit("killed").isOk();
        assertThat(after.text("/engine/url")).isEqualTo(client.url());
        assertThat(after.text("/engine/api_key")).isEqualTo(client.key());
        assertThat(client.say("t", "two")).isEqualTo("You said: two (turn 2 of this task)");
        JsonNode failed = entries("killed").get(2);
        assertThat(failed.at("/metadata/cause").asText()).isEqualTo("exited");
        assertThat(failed.at("/metadata/exit_code").asInt()).isEqualTo(137);
        assertThat(failed.at("/metadata/output").asText()).contains("serving on port");
        assertThat(failed.path("actor").asText()).isEqualTo("system");
        Client.Reply operation = Operations.awaitEnd(product, recovery("killed"), "succeeded");
        assertThat(operation.text("/kind")).isEqualTo("recover");
        Client.Reply figures = product.client().get("/metrics").isOk();
        assertThat(figures.body().path("crashes_1h").asInt()).isEqualTo(1);
        assertThat(figures.body().path("restarts_1h").asInt()).isEqualTo(1);
    }

    @Test
    void anEngineThatHangsIsFoundByItsProbesAndRestarted() throws Exception {
        Client.Reply engine = product.provision("hangs");
        long pid = processes(engine).get(0);

        new ProcessBuilder("kill", "-STOP", Long.toString(pid)).start().waitFor();

        awaitAction("hangs", "auto_restart_success");
        assertThat(actions("hangs")).containsExactly("health_failed", "auto_restart_start", "auto_restart_success");
        JsonNode failed = entries("hangs").get(2);
        assertThat(failed.at("/metadata/cause").asText()).isEqualTo("unhealthy");
        assertThat(failed.at("/metadata/probes").asInt()).isEqualTo(2);
        assertThat(failed.at("/metadata/problem").asText()).contains("did not answer within");
        assertThat(processes(engine)).hasSize(1).doesNotContain(pid);
    }

    @Test
    void anEngineThatCannotBootIsGivenUpLoudlyAndStartsOnceItsCauseIsMended() {
        Client.Reply engine = product.provision("hopeless");
        EngineClient.of(engine.body()).say("t", "one");
        try (SteerableEngine.Steering broken = ORCHESTRATOR.engine().exiting()) {
            kill(engine);
            awaitAction("hopeless", "auto_restart_gave_up");
        }

        List<String> actions = actions("hopeless");
        assertThat(actions.get(0)).isEqualTo("health_failed");
        assertThat(actions.subList(1, actions.size() - 1))
                .isEqualTo(IntStream.range(0, ATTEMPTS)
                        .boxed()
                        .flatMap(attempt -> List.of("auto_restart_start", "auto_restart_failed").stream())
                        .toList());
        JsonNode gaveUp = entries("hopeless").get(0);
        assertThat(gaveUp.at("/metadata/error").asText())
                .contains("Gave up after " + ATTEMPTS + " restarts", "exited while booting", SteerableEngine.LAST_WORDS)
                .contains("[REDACTED]")
                .doesNotContain(SteerableEngine.KEY_IN_OUTPUT, Orchestrator.PROVIDER_KEY);
        Operations.awaitEnd(product, recovery("hopeless"), "failed");
        product.admit("hopeless").isDenied("engine_unhealthy");
        assertThat(product.client().get("/status").isOk().text("/health")).isIn("degraded", "critical");

        product.post("hopeless", "start").isOk();

        EngineClient client = EngineClient.of(product.get("hopeless").body());
        assertThat(client.say("t", "two")).isEqualTo("You said: two (turn 2 of this task)");
    }

    @Test
    void aStopInterruptsARecovery() {
        Client.Reply engine = product.provision("stopped");
        try (SteerableEngine.Steering held = ORCHESTRATOR.engine().silent()) {
            kill(engine);
            awaitAction("stopped", "auto_restart_start");
            product.post("stopped", "stop").isOk();
        }

        assertThat(product.get("stopped").text("/status")).isEqualTo("stopped");
        assertThat(processes(engine)).isEmpty();
        Operations.awaitEnd(product, recovery("stopped"), "cancelled");
        assertThat(actions("stopped")).endsWith("recover", "stop");
    }

    @Test
    void aStartTakesOverAndADestroyEndsARecovery() {
        Client.Reply started = product.provision("started");
        Client.Reply destroyed = product.provision("destroyed");
        try (SteerableEngine.Steering broken = ORCHESTRATOR.engine().exiting()) {
            kill(started);
            kill(destroyed);
            awaitAction("started", "auto_restart_failed");
            awaitAction("destroyed", "health_failed");
            product.destroy("destroyed").isOk();
        }
        product.post("started", "start").isOk();

        assertThat(actions("started")).endsWith("recover", "start");
        assertThat(processes(started)).hasSize(1);
        assertThat(processes(destroyed)).isEmpty();
    }

    @Test
    void aRecoverySurvivesTheDeathOfTemporalAndOfItsWorkerWithItsCounts() throws Exception {
        Client.Reply engine = product.provision("durable");
        try (SteerableEngine.Steering broken = ORCHESTRATOR.engine().exiting()) {
            kill(engine);
            awaitAction("durable", "auto_restart_failed");
            ORCHESTRATOR.deployment().stopWorker();
            ORCHESTRATOR.deployment().stopTemporal();
        }
        ORCHESTRATOR.deployment().startTemporal();
        ORCHESTRATOR.deployment().startWorker();

        awaitAction("durable", "auto_restart_success");

        long starts =
                actions("durable").stream().filter("auto_restart_start"::equals).count();
        assertThat(starts).isBetween(2L, (long) ATTEMPTS);
        assertThat(actions("durable")).containsOnlyOnce("health_failed").endsWith("auto_restart_success");
        assertThat(processes(engine)).hasSize(1);
    }

    @Test
    void theLastTimeOfHealthGoesOnWithoutAWriteForEachEngine() {
        Client.Reply engine = product.provision("well");
        Instant atBoot = Instant.parse(engine.text("/last_health_at"));
        String version = version(engine);

        Await.atMost(PATIENCE, "a sweep later")
                .until(() -> Instant.parse(product.get("well").text("/last_health_at"))
                        .isAfter(atBoot.plusSeconds(3)));

        assertThat(version(engine)).as("the row was not written").isEqualTo(version);
        Instant admitted = Instant.parse(product.admit("well").isOk().text("/engine/last_health_at"));
        assertThat(admitted).isAfter(atBoot);
        product.post("well", "stop").isOk();
        Instant stopped = Instant.parse(product.get("well").text("/last_health_at"));
        assertThat(stopped)
                .isAfterOrEqualTo(admitted)
                .isBeforeOrEqualTo(Instant.now().plusSeconds(1));
    }

    private static String version(Client.Reply engine) {
        return ORCHESTRATOR
                .sql()
                .withHandle(handle -> handle.createQuery("SELECT xmin::text FROM engines WHERE engine_id = ?::uuid")
                        .bind(0, engine.text("/engine_id"))
                        .mapTo(String.class)
                        .one());
    }

    @Test
    void anEngineWhoseProviderIsAwayIsCountedAndLeftAlone() {
        Client.Reply engine;
        try (SteerableEngine.Steering switchable = ORCHESTRATOR.engine().saying()) {
            engine = product.provision("provider");
        }
        List<Long> before = processes(engine);
        String away = "{\"status\":\"degraded\",\"subsystems\":{\"brain\":\"ok\",\"llm_provider\":\"error\"}}";
        try (SteerableEngine.Steering provider = ORCHESTRATOR.engine().say(503, away)) {
            Await.atMost(PATIENCE, "it is counted")
                    .until(() ->
                            degraded(product.client().get("/status?detail=true").isOk()) == 1);
            assertThat(product.client().get("/status").isOk().body().size()).isEqualTo(4);
            assertThat(degraded(ORCHESTRATOR
                            .operator()
                            .get("/admin/status?detail=true")
                            .isOk()))
                    .isEqualTo(1);
            Await.atMost(PATIENCE, "Prometheus shows it")
                    .until(() -> ORCHESTRATOR.metrics().sum("bap_engines_degraded") == 1);
            Instant last = Instant.parse(product.get("provider").text("/last_health_at"));
            Await.atMost(PATIENCE, "sweeps later")
                    .until(() -> ORCHESTRATOR.workerMetrics().sum("bap_sweeps_seconds_count") > 0
                            && Instant.now().isAfter(last.plusSeconds(5)));
            assertThat(product.get("provider").text("/last_health_at")).isEqualTo(last.toString());
        }

        Await.atMost(PATIENCE, "it is well again")
                .until(() ->
                        degraded(product.client().get("/status?detail=true").isOk()) == 0);
        assertThat(actions("provider")).isEmpty();
        assertThat(processes(engine)).isEqualTo(before);
    }

    private static int degraded(Client.Reply status) {
        return status.body().path("degraded_count").asInt(-1);
    }

    @Test
    void whenMostFailAtOnceTheyAreHeldBackAndOneIsTriedFirst() {
        List<String> users =
                IntStream.range(0, 5).mapToObj(number -> "mass-" + number).toList();
        List<Long> before = new ArrayList<>();
        try (SteerableEngine.Steering switchable = ORCHESTRATOR.engine().saying()) {
            users.forEach(user -> before.addAll(processes(product.provision(user))));
        }
        try (SteerableEngine.Steering sick = ORCHESTRATOR.engine().say(500, "{\"status\":\"error\"}")) {
            Await.atMost(PATIENCE, "restarts are held back").until(() -> operatorsRows("mass_failure") == 1);
            assertThat(users).allMatch(user -> product.get(user).text("/status").equals("running"));
            // The reference engine boots from now on, and is well.
            users.forEach(user -> awaitAction(user, "auto_restart_success"));
        }

        assertThat(operatorsRows("mass_failure_release")).isEqualTo(1);
        List<Instant> failures = users.stream()
                .map(user ->
                        Instant.parse(entries(user).get(2).path("timestamp").asText()))
                .sorted()
                .toList();
        Instant canaryUp = users.stream()
                .map(user ->
                        Instant.parse(entries(user).get(0).path("timestamp").asText()))
                .sorted()
                .findFirst()
                .orElseThrow();
        assertThat(failures.get(1)).as("the second waits for the first").isAfterOrEqualTo(canaryUp);
        assertThat(before).noneMatch(pid -> ProcessHandle.of(pid).isPresent());
    }

    private static long operatorsRows(String action) {
        return ORCHESTRATOR
                .operator()
                .get("/admin/audit?action=" + action)
                .isOk()
                .body()
                .path("entries")
                .size();
    }

    @Test
    void theWatchIsOneRunForTheHostAndIsBegunAgainWhenItIsEnded() {
        String id = "monitor/local";
        Await.atMost(PATIENCE, "somebody watches").until(() -> isRunning(id));
        String first = runId(id);

        ORCHESTRATOR.workflows().newUntypedWorkflowStub(id).terminate("an operator's test");

        Await.atMost(PATIENCE, "somebody watches again")
                .until(() -> isRunning(id) && !runId(id).equals(first));
        Client.Reply engine = product.provision("watched");
        kill(engine);
        awaitAction("watched", "auto_restart_success");
    }

    private static boolean isRunning(String workflow) {
        return ORCHESTRATOR
                        .workflows()
                        .newUntypedWorkflowStub(workflow)
                        .describe()
                        .getStatus()
                == WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING;
    }

    private static String runId(String workflow) {
        return ORCHESTRATOR
                .workflows()
                .newUntypedWorkflowStub(workflow)
                .describe()
                .getExecution()
                .getRunId();
    }

    @Test
    void nothingIsReleasedWhereNothingIsHeldBack() {
        Client.Reply answer = ORCHESTRATOR
                .operator()
                .post("/admin/hosts/local/release-restarts")
                .isOk();

        assertThat(answer.body().path("released").asBoolean()).isFalse();
        assertThat(answer.text("/host_id")).isEqualTo("local");
        ORCHESTRATOR.operator().post("/admin/hosts/nowhere/release-restarts").isRefused(404, "NOT_FOUND");
    }
}
