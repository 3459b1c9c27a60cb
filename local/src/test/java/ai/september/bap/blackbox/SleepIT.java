package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.testing.Await;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Engines that nobody uses fall asleep, and whoever wants them wakes them. */
@Timeout(120)
class SleepIT {

    private static final String WAKE = "{\"auto_wake\":true}";
    private static final Duration SOON = Duration.ofSeconds(30);

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR = new Orchestrator(Map.of(
            "ORCH_PORT_MIN", "22001",
            "ORCH_PORT_MAX", "22099",
            "ORCH_HEALTH_CHECK_INTERVAL_S", "1",
            "LLM_MODEL", "echo-400ms"));

    @AfterEach
    void onlyRealReplicas() {
        ORCHESTRATOR
                .sql()
                .useHandle(handle -> handle.execute("DELETE FROM admitting_replicas WHERE flushed_to IS NULL"));
    }

    private static Product sleepy(String name, String more) {
        return ORCHESTRATOR.register(name, "{\"idle_timeout_s\":2" + more + "}");
    }

    private static void awaitStatus(Product product, String user, String status) {
        Await.atMost(SOON, user + " is " + status)
                .until(() -> product.get(user).text("/status").equals(status));
    }

    private static List<Long> processes(Client.Reply engine) {
        return EngineProcesses.of(ORCHESTRATOR.folder(), engine.text("/engine_id"));
    }

    /** The kernel's letters for what the engine's processes do. */
    private static String conditions(Client.Reply engine) {
        return processes(engine).stream().map(SleepIT::condition).collect(Collectors.joining());
    }

    private static String condition(Long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", pid.toString(), "stat"));
            return stat.substring(stat.lastIndexOf(')') + 2).substring(0, 1);
        } catch (IOException gone) {
            return "";
        }
    }

    private static List<JsonNode> audit(Product product, String action) {
        return StreamSupport.stream(
                        product.client()
                                .get("/audit?action=" + action)
                                .body()
                                .path("entries")
                                .spliterator(),
                        false)
                .toList();
    }

    private static String column(Client.Reply engine, String column) {
        return ORCHESTRATOR
                .sql()
                .withHandle(handle -> handle.createQuery(
                                "SELECT coalesce(" + column + "::text, 'null') FROM engines WHERE engine_id = ?")
                        .bind(0, UUID.fromString(engine.text("/engine_id")))
                        .mapTo(String.class)
                        .one());
    }

    /** One that admits, and never says whom. */
    private static void addSilentReplica() {
        ORCHESTRATOR
                .sql()
                .useHandle(handle ->
                        handle.execute("INSERT INTO admitting_replicas (replica_id) VALUES (?)", UUID.randomUUID()));
    }

    @Test
    void anIdleEngineIsFrozenAndAnAdmitThatMayWakesIt() {
        Product product = sleepy("pause", "");
        Client.Reply engine = product.provision("one");
        EngineClient.of(engine.body()).say("task", "hello");

        awaitStatus(product, "one", "sleeping");

        assertThat(conditions(engine)).isNotEmpty().matches("T+");
        assertThat(column(engine, "sleep_mode")).isEqualTo("pause");
        assertThat(audit(product, "sleep")).hasSize(1).allSatisfy(row -> {
            assertThat(row.path("actor").asText()).isEqualTo("system");
            assertThat(row.at("/metadata/mode").asText()).isEqualTo("pause");
            assertThat(row.at("/metadata/outcome").asText()).isEqualTo("succeeded");
        });
        assertThat(product.admit("one").isOk().text("/reason")).isEqualTo("engine_sleeping");
        Client.Reply admitted = product.admit("one", WAKE).isOk();
        assertThat(admitted.text("/engine/engine_id")).isEqualTo(engine.text("/engine_id"));
        assertThat(EngineClient.of(admitted.body().path("engine")).say("task", "again"))
                .contains("turn 2");
        assertThat(audit(product, "wake")).hasSize(1);
    }

    @Test
    void anIdleEngineIsStoppedWhereItsProductWantsThatAndComesBackWithItsBrain() {
        Product product = sleepy("stop", ",\"sleep_mode\":\"stop\"");
        Client.Reply engine = product.provision("one");
        EngineClient.of(engine.body()).say("task", "hello");

        awaitStatus(product, "one", "sleeping");

        assertThat(processes(engine)).isEmpty();
        assertThat(column(engine, "memory")).isEqualTo("0");
        assertThat(audit(product, "sleep").get(0).at("/metadata/mode").asText()).isEqualTo("stop");
        Client.Reply admitted = product.admit("one", WAKE).isOk();
        assertThat(admitted.text("/engine/url")).isEqualTo(engine.text("/url"));
        assertThat(admitted.text("/engine/api_key")).isEqualTo(engine.text("/api_key"));
        assertThat(EngineClient.of(admitted.body().path("engine")).say("task", "again"))
                .contains("turn 2");
    }

    @Test
    void anEngineWithATurnUnderWayIsNotPutToSleepThoughNobodyAdmits() {
        Product product = sleepy("active", "");
        Client.Reply engine = product.provision("one");

        CompletableFuture<String> turn = CompletableFuture.supplyAsync(
                () -> EngineClient.of(engine.body()).say("task", "a b c d e f g h i j"));
        while (!turn.isDone()) {
            assertThat(product.get("one").text("/status")).isEqualTo("running");
            assertThat(conditions(engine)).doesNotContain("T");
        }

        assertThat(turn.join()).contains("turn 1");
        awaitStatus(product, "one", "sleeping");
        assertThat(audit(product, "sleep"))
                .as("it was never even begun while the turn was under way")
                .hasSize(1);
    }

    @Test
    void twoHundredAdmitsOfASleeperWakeItOnce() {
        Product product = sleepy("herd", ",\"sleep_mode\":\"stop\"");
        Client.Reply engine = product.provision("one");
        awaitStatus(product, "one", "sleeping");

        List<CompletableFuture<Client.Reply>> herd = IntStream.range(0, 200)
                .mapToObj(n -> product.client().postAsync("/engines/one/admit", WAKE))
                .toList();

        assertThat(herd)
                .allSatisfy(reply -> assertThat(reply.join().isOk().text("/engine/engine_id"))
                        .isEqualTo(engine.text("/engine_id")));
        assertThat(audit(product, "wake")).hasSize(1);
        assertThat(processes(engine)).hasSize(1);
    }

    @Test
    void aSleeperThatWasFrozenForLongEnoughIsStoppedAndGoesOnSleeping() {
        Product product = sleepy("tiers", ",\"pause_to_stop_s\":2");
        Client.Reply engine = product.provision("one");
        awaitStatus(product, "one", "sleeping");
        assertThat(conditions(engine)).matches("T+");

        Await.atMost(SOON, "it is stopped").until(() -> processes(engine).isEmpty());
        Await.atMost(SOON, "and known to be")
                .until(() -> column(engine, "sleep_mode").equals("stop"));

        assertThat(product.get("one").text("/status")).isEqualTo("sleeping");
        assertThat(column(engine, "memory")).isEqualTo("0");
        assertThat(audit(product, "sleep").get(0).at("/metadata/reason").asText())
                .isEqualTo("pause_to_stop");
        product.admit("one", WAKE).isOk();
    }

    @Test
    void aSleeperIsOneStillAfterTheEndOfItsWorkerWhichStoppedIt() {
        Product product = sleepy("restart", "");
        Client.Reply engine = product.provision("one");
        awaitStatus(product, "one", "sleeping");

        ORCHESTRATOR.deployment().stopWorker();
        assertThat(processes(engine)).isEmpty();
        assertThat(product.get("one").text("/status")).isEqualTo("sleeping");
        ORCHESTRATOR.deployment().startWorker();

        Await.atMost(SOON, "the keeper has seen it")
                .until(() -> column(engine, "sleep_mode").equals("stop"));
        assertThat(product.get("one").text("/status")).isEqualTo("sleeping");
        assertThat(processes(engine)).isEmpty();
        assertThat(product.admit("one", WAKE).isOk().text("/engine/engine_id")).isEqualTo(engine.text("/engine_id"));
    }

    @Test
    void anAdmitThatComesWhileTheStampsAreAwaitedCallsTheSleepOff() {
        Product product = sleepy("called-off", "");
        Client.Reply engine = product.provision("one");
        addSilentReplica();
        Await.atMost(SOON, "a sleep is under way").until(() -> isSleepOpen(product));

        Client.Reply admitted = product.admit("one").isOk();

        assertThat(admitted.text("/engine/engine_id")).isEqualTo(engine.text("/engine_id"));
        assertThat(isSleepOpen(product)).isFalse();
        assertThat(audit(product, "sleep").get(0).at("/metadata/reason").asText())
                .isEqualTo("asked_for");
        assertThat(audit(product, "wake")).isEmpty();
        assertThat(conditions(engine)).doesNotContain("T");
    }

    @Test
    void aSleepWhoseStampsDoNotComeIsTakenBack() {
        Product product = sleepy("no-stamps", "");
        product.provision("one");
        addSilentReplica();

        Await.atMost(SOON, "it is taken back")
                .until(() -> !audit(product, "sleep").isEmpty());

        assertThat(audit(product, "sleep").get(0).at("/metadata/reason").asText())
                .isEqualTo("stamps_missing");
        assertThat(product.get("one").text("/status")).isEqualTo("running");
    }

    @Test
    void stopAndDestroyAndStartTakePrecedenceOverASleep() {
        List<String> users = List.of("stopped", "destroyed", "started", "rotated");
        Product product = sleepy("verbs", "");
        users.forEach(product::provision);
        addSilentReplica();
        Await.atMost(SOON, "all are about to sleep").until(() -> openSleeps(product) == users.size());

        List<Client.Reply> replies = new ArrayList<>();
        replies.add(product.post("stopped", "stop"));
        replies.add(product.destroy("destroyed"));
        replies.add(product.post("started", "start"));
        replies.add(product.post("rotated", "rotate-key"));

        replies.forEach(Client.Reply::isOk);
        assertThat(product.get("stopped").text("/status")).isEqualTo("stopped");
        assertThat(product.get("started").text("/status")).isEqualTo("running");
        assertThat(EngineClient.of(product.get("rotated").body()).status()).isEqualTo(200);
        product.get("destroyed").isRefused(404, "ENGINE_NOT_FOUND");
    }

    @Test
    void aScheduleWakesASleeperWithoutAnybodyAsking() {
        Product product = sleepy("schedule", "");
        Client.Reply engine = product.provision("one");
        awaitStatus(product, "one", "sleeping");

        String time =
                Instant.now().plusSeconds(3).truncatedTo(ChronoUnit.SECONDS).toString();
        Client.Reply put = product.client()
                .put("/engines/one/schedule", Client.json("wake_at", time))
                .isOk();
        assertThat(put.body())
                .isEqualTo(product.client().get("/engines/one/schedule").body());
        assertThat(Instant.parse(put.text("/next_wake_at"))).isEqualTo(time);

        Await.atMost(SOON, "it is woken").until(() -> !audit(product, "wake").isEmpty());
        JsonNode wake = audit(product, "wake").get(0);
        assertThat(wake.path("actor").asText()).isEqualTo("system");
        assertThat(wake.at("/metadata/outcome").asText()).isEqualTo("succeeded");
        assertThat(Instant.parse(wake.path("timestamp").asText())).isAfter(Instant.parse(time));
        assertThat(audit(product, "schedule_wake")
                        .get(0)
                        .at("/metadata/operation_id")
                        .asText())
                .isEqualTo(wake.at("/metadata/operation_id").asText());
        assertThat(product.client()
                        .get("/engines/one/schedule")
                        .body()
                        .path("next_wake_at")
                        .isNull())
                .isTrue();
        awaitStatus(product, "one", "sleeping");
        assertThat(conditions(engine)).matches("T+");
    }

    @Test
    void aScheduleStartsNothingThatWasStoppedByHandAndCanBeTakenAway() {
        Product product = sleepy("unscheduled", "");
        product.provision("one");
        product.post("one", "stop").isOk();
        product.client()
                .put(
                        "/engines/one/schedule",
                        Client.json("wake_at", Instant.now().plusSeconds(2).toString()))
                .isOk();

        Await.atMost(SOON, "the time has come")
                .until(() -> !audit(product, "schedule_wake").isEmpty());

        assertThat(audit(product, "schedule_wake")
                        .get(0)
                        .at("/metadata/outcome")
                        .asText())
                .isEqualTo("engine_stopped");
        assertThat(product.get("one").text("/status")).isEqualTo("stopped");
        Client.Reply daily = product.client()
                .put("/engines/one/schedule", "{\"cron\":\"0 7 * * 1-5\",\"timezone\":\"Europe/Berlin\"}")
                .isOk();
        assertThat(daily.text("/cron")).isEqualTo("0 7 * * 1-5");
        assertThat(Instant.parse(daily.text("/next_wake_at"))).isAfter(Instant.now());
        product.client().delete("/engines/one/schedule").isOk();
        assertThat(product.client()
                        .get("/engines/one/schedule")
                        .body()
                        .path("next_wake_at")
                        .isNull())
                .isTrue();
        for (String illegal : List.of(
                "{}",
                "{\"cron\":\"never\"}",
                "{\"wake_at\":\"tomorrow\"}",
                "{\"wake_at\":\"2020-01-01T00:00:00Z\"}",
                "{\"wake_at\":\"2999-01-01T00:00:00Z\"}",
                "{\"wake_at\":1}",
                "{\"cron\":\"0 7 * * *\",\"timezone\":\"Mars\"}",
                "{\"wake_at\":\"2999-01-01T00:00:00Z\",\"cron\":\"0 7 * * *\"}")) {
            product.client().put("/engines/one/schedule", illegal).isRefused(400, "INVALID_REQUEST");
        }
        product.client().get("/engines/nobody/schedule").isRefused(404, "ENGINE_NOT_FOUND");
    }

    private static boolean isSleepOpen(Product product) {
        return openSleeps(product) > 0;
    }

    private static int openSleeps(Product product) {
        int open = 0;
        for (JsonNode operation :
                product.client().get("/operations?kind=sleep").body().path("operations")) {
            String status = operation.path("status").asText();
            open += status.equals("pending") || status.equals("running") ? 1 : 0;
        }
        return open;
    }
}
