package ai.september.engine.process;

import static ai.september.engine.testing.EngineClient.turn;
import static ai.september.engine.testing.FakeProvider.gated;
import static ai.september.engine.testing.FakeProvider.stream;
import static org.assertj.core.api.Assertions.assertThat;

import ai.september.engine.testing.Await;
import ai.september.engine.testing.EngineClient;
import ai.september.engine.testing.EngineProcess;
import ai.september.engine.testing.EventReader;
import ai.september.engine.testing.EventReader.Event;
import ai.september.engine.testing.FakeProvider;
import ai.september.engine.testing.FakeProvider.Gated;
import ai.september.engine.testing.OpenAiWire;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Turns that are still running: beside others, without their client, and at the end of the process. */
class TurnLifecycleIT {

    @TempDir
    Path folder;

    private FakeProvider provider;
    private Map<String, String> environment;
    private EngineProcess process;
    private EngineClient engine;

    @BeforeEach
    void start() throws Exception {
        provider = FakeProvider.start();
        environment = EngineProcess.environment(folder);
        environment.put("LLM_PROVIDER", "openai");
        environment.put("LLM_BASE_URL", provider.url() + "/v1");
        environment.put("LLM_API_KEY", "sk-test-secret");
        // None comes in time to hide that something else was not sent.
        environment.put("ENGINE_HEARTBEAT_S", "3600");
        serve();
    }

    private void serve() throws Exception {
        process = EngineProcess.serve(environment);
        engine = process.client();
    }

    @AfterEach
    void stop() throws Exception {
        process.close();
        provider.close();
    }

    @Test
    void aBusyTaskIsRefusedAndOthersAreNot() throws Exception {
        Gated gate = slowAnswer();
        provider.answers(gate, answer("other"));
        EventReader slow = engine.open(engine.execute(turn("busy", "x")));
        slow.nextNamed("text_delta");
        assertError(engine.send(engine.execute(turn("busy", "y"))), 409, "TASK_BUSY");
        assertThat(engine.finishedTurn("free", "z").text()).isEqualTo("other");
        assertThat(engine.health().body()).contains("\"active_turns\":1");
        gate.open();
        slow.readToEnd();
        assertThat(slow.last().data()).contains("completed");
        assertThat(engine.health().body()).contains("\"active_turns\":0");
    }

    @Test
    void whoeverReadsTheEndMaySendTheNextMessage() throws Exception {
        provider.answers(answer("a"));
        for (int i = 0; i < 20; i++) {
            EventReader reader = engine.open(engine.execute(turn("again", "x")));
            assertThat(reader.response().statusCode()).isEqualTo(200);
            reader.nextNamed("usage");
        }
    }

    @Test
    void aSilentTurnHasHeartbeatsWithoutId() throws Exception {
        process.close();
        environment.put("ENGINE_HEARTBEAT_S", "1");
        serve();
        Gated gate = slowAnswer();
        provider.answers(gate);
        EventReader reader = engine.open(engine.execute(turn("silent", "x")));
        assertThat(reader.nextNamed("heartbeat")).isEqualTo(new Event("heartbeat", "", "{}"));
        gate.open();
        reader.readToEnd();
        assertThat(reader.last().data()).contains("completed");
    }

    @Test
    void aTurnGoesOnWithoutItsClient() throws Exception {
        Gated gate = slowAnswer();
        provider.answers(gate, answer("next"));
        EventReader left = engine.open(engine.execute(turn("left", "remember me")));
        left.nextNamed("text_delta");
        left.close();
        gate.open();
        Await.until("the turn ends", () -> engine.health().body().contains("\"active_turns\":0"));
        List<Event> replay =
                engine.open(engine.request("/execute/replay?task_id=left")).readToEnd();
        assertThat(replay.get(replay.size() - 1).data()).contains("completed");
        engine.finishedTurn("left", "what did I say?");
        assertThat(lastRequest()).containsSubsequence("remember me", "slow answer", "what did I say?");
    }

    @Test
    void aReplayFollowsARunningTurn() throws Exception {
        Gated gate = slowAnswer();
        provider.answers(gate);
        EventReader live = engine.open(engine.execute(turn("follow", "x")));
        live.nextNamed("text_delta");
        EventReader replay = engine.open(engine.request("/execute/replay?task_id=follow"));
        EventReader resumed = engine.open(engine.request("/execute/replay")
                .header("Last-Event-ID", live.events().get(1).id()));
        replay.nextNamed("text_delta");
        gate.open();
        live.readToEnd();
        assertThat(replay.readToEnd()).isEqualTo(live.events());
        assertThat(resumed.readToEnd())
                .isEqualTo(live.events().subList(2, live.events().size()));
    }

    @Test
    void moreThanEightTurnsAtOnceAreRefused() throws Exception {
        Gated gate = slowAnswer();
        provider.answers(gate);
        List<EventReader> readers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            readers.add(engine.open(engine.execute(turn("task-" + i, "x"))));
        }
        HttpResponse<String> refused = engine.send(engine.execute(turn("task-8", "x")));
        assertError(refused, 503, "ENGINE_BUSY");
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        gate.open();
        for (EventReader reader : readers) {
            reader.readToEnd();
            assertThat(reader.last().data()).contains("completed");
        }
    }

    @Test
    void healthIsAnsweredWhileEveryStreamIsTaken() throws Exception {
        Gated gate = slowAnswer();
        provider.answers(gate);
        List<EventReader> readers = new ArrayList<>(List.of(engine.open(engine.execute(turn("many", "x")))));
        for (int i = 1; i < 32; i++) {
            readers.add(engine.open(engine.request("/execute/replay?task_id=many")));
        }
        assertError(engine.send(engine.request("/execute/replay?task_id=many")), 503, "ENGINE_BUSY");
        assertThat(engine.health().statusCode()).isEqualTo(200);
        gate.open();
        for (EventReader reader : readers) {
            reader.readToEnd();
            assertThat(reader.last().data()).contains("completed");
        }
        assertThat(engine.open(engine.request("/execute/replay?task_id=many")).readToEnd())
                .isNotEmpty();
    }

    @Test
    void sigtermFinishesTheTurnRefusesNewOnesAndExitsWithZero() throws Exception {
        Gated gate = slowAnswer();
        provider.answers(gate, answer("after"));
        EventReader reader = engine.open(engine.execute(turn("drain", "x")));
        reader.nextNamed("text_delta");
        process.terminate();
        Await.until("draining", () -> engine.health().statusCode() == 503);
        assertThat(engine.health().body()).contains("\"status\":\"draining\"", "\"active_turns\":1");
        assertError(engine.send(engine.execute(turn("new", "x"))), 503, "ENGINE_DRAINING");
        assertThat(process.isAlive()).isTrue();
        gate.open();
        reader.readToEnd();
        assertThat(reader.last().data()).contains("completed");
        assertThat(process.awaitExit()).isZero();
        serve();
        engine.finishedTurn("drain", "y");
        assertThat(lastRequest()).contains("slow answer");
    }

    @Test
    void sigtermWithoutTurnsEndsAtOnceLeavingASingleFile() throws Exception {
        provider.answers(answer("a"));
        engine.finishedTurn("t", "x");
        long from = System.nanoTime();
        assertThat(process.terminate().awaitExit()).isZero();
        assertThat((System.nanoTime() - from) / 1_000_000).isLessThan(3_000);
        assertThat(Files.exists(Path.of(EngineProcess.brain(folder) + "-wal"))).isFalse();
    }

    @Test
    void killAndRestartKeepHistoryAndActivity() throws Exception {
        provider.answers(answer("first answer"), answer("second"));
        engine.finishedTurn("kept", "first message");
        String activity = engine.health().body().replaceAll(".*last_activity_at", "");
        process.kill();
        serve();
        assertThat(engine.health().body()).contains(activity).doesNotContain("\"last_activity_at\":null");
        assertThat(engine.open(engine.request("/execute/replay?task_id=kept")).readToEnd())
                .hasSize(4);
        engine.finishedTurn("kept", "second message");
        assertThat(lastRequest()).containsSubsequence("first message", "first answer", "second message");
    }

    @Test
    void aTurnThatWasKilledIsErroredAndPoisonsNothing() throws Exception {
        Gated gate = slowAnswer();
        provider.answers(gate, answer("fresh"));
        EventReader reader = engine.open(engine.execute(turn("killed", "lost message")));
        Event seen = reader.nextNamed("text_delta");
        process.kill();
        gate.open();
        serve();
        List<Event> replay =
                engine.open(engine.request("/execute/replay?task_id=killed")).readToEnd();
        assertThat(replay).extracting(Event::name).containsExactly("thread_lifecycle", "error", "thread_lifecycle");
        assertThat(replay.get(1).data()).contains("\"error\":\"TURN_INTERRUPTED\"");
        assertThat(replay.get(2).data()).contains("\"phase\":\"errored\"", reader.turnId());
        assertThat(engine.open(engine.request("/execute/replay").header("Last-Event-ID", seen.id()))
                        .readToEnd())
                .isEqualTo(replay.subList(1, 3));
        assertThat(engine.finishedTurn("killed", "new message").text()).isEqualTo("fresh");
        assertThat(lastRequest()).contains("new message").doesNotContain("lost message");
    }

    private static Gated slowAnswer() {
        return gated(List.of(OpenAiWire.delta("slow ")), List.of(OpenAiWire.delta("answer"), end()));
    }

    private static FakeProvider.Answer answer(String text) {
        return stream(OpenAiWire.delta(text), end());
    }

    private static String end() {
        return String.join("", OpenAiWire.end());
    }

    private String lastRequest() {
        List<FakeProvider.Request> requests = provider.requests();
        return requests.get(requests.size() - 1).body();
    }

    private static void assertError(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).startsWith("{\"error\":\"" + code + "\"");
    }
}
