package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the verbs do to a real engine: its process, its key, its brain. */
class LifecycleIT {

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR = Orchestrator.shared();

    @SuppressWarnings("NullAway.Init")
    private static Product product;

    @BeforeAll
    static void register() {
        product = ORCHESTRATOR.register("life");
    }

    @Test
    void theBrainSurvivesStopStartAndRotationAndOnlyDestroyEndsIt() throws IOException {
        Client.Reply engine = product.provision("brain");
        EngineClient first = EngineClient.of(engine.body());
        assertThat(first.say("t", "one")).isEqualTo("You said: one (turn 1 of this task)");

        product.post("brain", "stop").isOk();
        assertThat(first.isGone()).as("stopped").isTrue();
        assertThat(product.get("brain").isOk().text("/status")).isEqualTo("stopped");
        product.post("brain", "start").isOk();
        assertThat(product.get("brain").isOk().text("/url")).as("its port").isEqualTo(first.url());
        assertThat(first.say("t", "two")).isEqualTo("You said: two (turn 2 of this task)");

        String newKey = product.post("brain", "rotate-key").isOk().text("/api_key");
        EngineClient rotated = new EngineClient(product.get("brain").text("/url"), newKey);
        assertThat(rotated.say("t", "three")).isEqualTo("You said: three (turn 3 of this task)");
        assertThat(first.status()).as("the old key").isEqualTo(401);
        assertThat(product.get("brain").text("/api_key")).isEqualTo(newKey);
        assertThat(product.admit("brain").text("/engine/api_key")).isEqualTo(newKey);

        product.destroy("brain").isOk();
        assertThat(rotated.isGone()).as("destroyed").isTrue();
        assertThat(folders(engine.text("/engine_id"))).isZero();
        Client.Reply another = product.provision("brain");
        assertThat(another.text("/engine_id")).isNotEqualTo(engine.text("/engine_id"));
        assertThat(another.text("/api_key")).isNotEqualTo(newKey);
        assertThat(EngineClient.of(another.body()).say("t", "anew")).isEqualTo("You said: anew (turn 1 of this task)");
    }

    @Test
    void aKeyThatNoMasterKeyOpensKeepsNobodyFromStartingAndIsSaidToBeTheOperatorsMatter() {
        String engine = product.provision("sealed").text("/engine_id");
        product.post("sealed", "stop").isOk();
        ORCHESTRATOR
                .sql()
                .useHandle(handle ->
                        handle.execute("UPDATE engines SET key_token = 'another' WHERE engine_id = ?::uuid", engine));

        product.post("sealed", "start").isOk();
        for (Client.Reply reply : List.of(product.get("sealed"), product.admit("sealed"))) {
            reply.isRefused(503, "UNAVAILABLE");
            assertThat(reply.text("/error/message")).contains("ORCH_MASTER_KEYS");
        }
        String key = product.post("sealed", "rotate-key").isOk().text("/api_key");
        assertThat(product.admit("sealed").isOk().text("/engine/api_key")).isEqualTo(key);
        product.destroy("sealed").isOk();
    }

    private static long folders(String engineId) throws IOException {
        try (Stream<Path> files = Files.walk(ORCHESTRATOR.folder())) {
            return files.filter(file -> file.getFileName().toString().contains(engineId))
                    .count();
        }
    }

    @Test
    void usersHaveEnginesOfTheirOwn() {
        EngineClient ann = EngineClient.of(product.provision("ann").body());
        EngineClient ben = EngineClient.of(product.provision("ben").body());

        assertThat(ann.url()).isNotEqualTo(ben.url());
        assertThat(new EngineClient(ann.url(), ben.key()).status()).isEqualTo(401);
        assertThat(ann.say("t", "hello")).endsWith("(turn 1 of this task)");
        assertThat(ben.say("t", "hello")).endsWith("(turn 1 of this task)");
    }

    @Test
    void anEngineWhoseProviderAloneIsAwayRuns() {
        try (SteerableEngine.Steering degraded = ORCHESTRATOR.engine().degraded()) {
            assertThat(product.provision("degraded").text("/status")).isEqualTo("running");
        }
        product.destroy("degraded").isOk();
    }

    @Test
    void aFailedFirstProvisionIsSimplyRepeated() {
        try (SteerableEngine.Steering exits = ORCHESTRATOR.engine().exiting()) {
            product.client()
                    .post("/engines/provision", Client.json("user_id", "late"))
                    .isRefused(502, "BACKEND_ERROR");
        }
        Client.Reply failed = product.get("late").isOk();
        assertThat(failed.text("/status")).isEqualTo("failed");
        assertThat(failed.body().path("url").isNull()).as("the port is free").isTrue();
        assertThat(failed.body().path("last_health_at").isNull()).isTrue();

        product.client()
                .post("/engines/provision", Client.json("user_id", "late"))
                .isOk();
        Client.Reply retried = product.get("late").isOk();
        assertThat(retried.text("/status")).isEqualTo("running");
        assertThat(retried.text("/engine_id")).isEqualTo(failed.text("/engine_id"));
        assertThat(retried.text("/api_key")).isEqualTo(failed.text("/api_key"));
        assertThat(retried.text("/created_at")).isEqualTo(failed.text("/created_at"));
    }

    @Test
    void aRotationThatFailsIsTakenBack() {
        EngineClient engine = EngineClient.of(product.provision("back").body());
        engine.say("t", "one");
        try (SteerableEngine.Steering exits = ORCHESTRATOR.engine().exitingOnce()) {
            product.post("back", "rotate-key").isRefused(502, "BACKEND_ERROR");
        }

        assertThat(product.get("back").text("/status")).isEqualTo("running");
        assertThat(product.get("back").text("/api_key")).isEqualTo(engine.key());
        assertThat(engine.say("t", "two")).isEqualTo("You said: two (turn 2 of this task)");
    }

    @Test
    void aRotationThatFailsForGoodLeavesTheOldKeyInForce() {
        EngineClient engine = EngineClient.of(product.provision("rotate").body());
        engine.say("t", "one");
        try (SteerableEngine.Steering exits = ORCHESTRATOR.engine().exiting()) {
            product.post("rotate", "rotate-key").isRefused(502, "BACKEND_ERROR");
        }

        assertThat(product.get("rotate").text("/status")).isEqualTo("failed");
        assertThat(product.get("rotate").text("/api_key")).isEqualTo(engine.key());
        product.post("rotate", "start").isOk();
        assertThat(engine.say("t", "two")).isEqualTo("You said: two (turn 2 of this task)");
    }

    @Test
    void whatFailsBeforeAnythingWasTouchedLeavesTheEngineAsItWas() {
        EngineClient engine = EngineClient.of(product.provision("missing").body());
        product.provision("missing-stopped");
        product.post("missing-stopped", "stop").isOk();
        try (SteerableEngine.Steering away = ORCHESTRATOR.engine().missing()) {
            product.post("missing", "rotate-key").isRefused(502, "BACKEND_ERROR");
            product.post("missing-stopped", "start").isRefused(502, "BACKEND_ERROR");

            assertThat(product.get("missing").text("/status")).isEqualTo("running");
            assertThat(product.get("missing").text("/api_key")).isEqualTo(engine.key());
            assertThat(engine.status()).as("its process was not touched").isEqualTo(200);
            assertThat(product.get("missing-stopped").text("/status")).isEqualTo("stopped");
        }
        String key = product.post("missing", "rotate-key").isOk().text("/api_key");
        assertThat(new EngineClient(engine.url(), key).status()).isEqualTo(200);
        product.post("missing-stopped", "start").isOk();
    }
}
