package ai.september.engine.process;

import static ai.september.engine.testing.EngineClient.turn;
import static java.net.http.HttpRequest.BodyPublishers.noBody;
import static org.assertj.core.api.Assertions.assertThat;

import ai.september.engine.testing.EngineClient;
import ai.september.engine.testing.EngineProcess;
import ai.september.engine.testing.EventReader;
import ai.september.engine.testing.EventReader.Event;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What any caller may rely on, of one engine that echoes. */
class EngineContractIT {

    @TempDir
    static Path folder;

    private static EngineProcess process;
    private static EngineClient engine;

    @BeforeAll
    static void start() throws Exception {
        process = EngineProcess.serve(EngineProcess.environment(folder));
        engine = process.client();
    }

    @AfterAll
    static void stop() throws Exception {
        process.close();
    }

    @Test
    void healthNeedsNoKey() throws Exception {
        HttpResponse<String> health = engine.health();
        assertThat(health.statusCode()).isEqualTo(200);
        assertThat(health.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(health.body())
                .matches("\\{\"status\":\"ok\",\"uptime_seconds\":[0-9]+\\.[0-9]+,"
                        + "\"subsystems\":\\{\"brain\":\"ok\",\"llm_provider\":\"ok\"},"
                        + "\"active_turns\":0,\"last_activity_at\":(null|\"[0-9T:.-]+Z\")}");
    }

    @Test
    void aTurnStreamsItsEventsInOrder() throws Exception {
        EventReader reader = engine.finishedTurn("order", "Say hello.");
        assertThat(reader.response().statusCode()).isEqualTo(200);
        assertThat(reader.response().headers().firstValue("Content-Type")).contains("text/event-stream");
        List<Event> events = reader.events();
        assertThat(events.get(0).data())
                .matches("\\{\"phase\":\"started\",\"task_id\":\"order\",\"turn_id\":\"turn_[0-9a-f]{32}\","
                        + "\"timestamp\":\"[0-9-]{10}T[0-9:]{8}\\.[0-9]{3}Z\"}");
        assertThat(reader.text()).isEqualTo("You said: Say hello. (turn 1 of this task)");
        assertThat(events)
                .filteredOn(event -> event.name().equals("text_delta"))
                .hasSizeGreaterThan(3);
        assertThat(events.get(events.size() - 2).name()).isEqualTo("usage");
        assertThat(events.get(events.size() - 2).data())
                .isEqualTo("{\"input_tokens\":2,\"output_tokens\":9,\"cache_hit_tokens\":0}");
        assertThat(reader.last().name()).isEqualTo("thread_lifecycle");
        assertThat(reader.last().data()).contains("\"phase\":\"completed\"", reader.turnId());
    }

    @Test
    void everyEventHasAnIdOfItsTurn() throws Exception {
        EventReader reader = engine.finishedTurn("ids", "x");
        int number = 1;
        for (Event event : reader.events()) {
            assertThat(event.id()).isEqualTo(reader.turnId() + ":" + number++);
        }
    }

    @Test
    void linesEndWithLineFeedsOnly() throws Exception {
        String raw = engine.send(engine.execute(turn("raw", "x"))).body();
        assertThat(raw).doesNotContain("\r").endsWith("\n\n").startsWith("event: thread_lifecycle\nid: turn_");
    }

    @Test
    void theNextTurnKnowsTheEarlierOnesOfItsTaskOnly() throws Exception {
        engine.finishedTurn("history", "first");
        assertThat(engine.finishedTurn("history", "second").text()).contains("(turn 2 of this task)");
        assertThat(engine.finishedTurn("another", "second").text()).contains("(turn 1 of this task)");
    }

    @Test
    void aMissingTaskIdBeginsATaskThatCanBeContinued() throws Exception {
        EventReader first = engine.open(engine.execute("{\"message\":\"hi\"}"));
        first.readToEnd();
        String taskId = first.events().get(0).field("task_id");
        assertThat(taskId).startsWith("task_");
        assertThat(engine.finishedTurn(taskId, "again").text()).contains("(turn 2 of this task)");
    }

    @Test
    void anyCharactersSurvive() throws Exception {
        String message = "Grüße 👋 \\\"quoted\\\" \\n line \\u0000 end";
        EventReader reader = engine.finishedTurn("töpfe/🙂 %", message);
        assertThat(reader.events().get(0).data()).contains("\"task_id\":\"töpfe/🙂 %\"");
        assertThat(reader.text()).isEqualTo("You said: " + message + " (turn 1 of this task)");
    }

    @Test
    void activityIsReported() throws Exception {
        EventReader reader = engine.finishedTurn("activity", "x");
        assertThat(engine.health().body())
                .contains("\"active_turns\":0")
                .matches(".*\"last_activity_at\":\"[0-9T:.-]+Z\".*")
                .satisfies(body -> assertThat(body.replaceAll(".*last_activity_at\":\"|\"}", ""))
                        .isGreaterThanOrEqualTo(reader.last().field("timestamp")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "wrong", "sk-sept-tes", "sk-sept-test2"})
    void aWrongKeyIsRefused(String key) throws Exception {
        HttpResponse<String> answer =
                engine.send(engine.execute(turn("key", "x")).setHeader("X-Engine-Key", key));
        assertError(answer, 401, "INVALID_ENGINE_KEY");
    }

    @Test
    void theReplayNeedsTheKeyToo() throws Exception {
        assertError(
                engine.send(engine.request("/execute/replay?task_id=x").setHeader("X-Engine-Key", "wrong")),
                401,
                "INVALID_ENGINE_KEY");
    }

    @ParameterizedTest
    @CsvSource({"GET, /", "GET, /healthz", "GET, /execute", "POST, /health", "HEAD, /health", "DELETE, /execute/replay"
    })
    void whoeverLacksTheKeyLearnsNeitherPathsNorMethods(String method, String path) throws Exception {
        HttpResponse<String> answer = engine.send(
                engine.request(path).setHeader("X-Engine-Key", "wrong").method(method, noBody()));
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("Allow")).isEmpty();
        if (!method.equals("HEAD")) {
            assertError(answer, 401, "INVALID_ENGINE_KEY");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/health/", "/execute/", "/execute/replay/x", "/%68ealth", "/healthz"})
    void anUnknownPathIsNotFound(String path) throws Exception {
        assertError(engine.send(engine.request(path)), 404, "NOT_FOUND");
    }

    @ParameterizedTest
    @CsvSource({"POST, /health, GET", "GET, /execute, POST", "DELETE, /execute/replay, GET", "PUT, /execute, POST"})
    void anotherMethodIsNotAllowed(String method, String path, String allowed) throws Exception {
        HttpResponse<String> answer = engine.send(engine.request(path).method(method, noBody()));
        assertError(answer, 405, "METHOD_NOT_ALLOWED");
        assertThat(answer.headers().firstValue("Allow")).contains(allowed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "null",
                "[]",
                "\"text\"",
                "{\"message\":\"a\"} {}",
                "{\"message\":\"a\",\"message\":\"b\"}",
                "{\"message\":1}",
                "{\"message\":null}",
                "{\"message\":true}",
                "{\"message\":[\"a\"]}",
                "{}",
                "{\"message\":\"\"}",
                "{\"message\":\" \\n\"}",
                "{\"message\":\"\\ud800\"}",
                "{\"message\":\"a\",\"task_id\":7}",
                "{\"message\":\"a\",\"task_id\":\"\"}",
                "{\"message\":\"a\",\"task_id\":\"a\\u0000\"}",
                "{message:\"a\"}",
                "{\"message\":\"a\",}",
                "\ufeff{\"message\":\"a\"}"
            })
    void aBodyThatIsNotARequestIsRefused(String body) throws Exception {
        assertError(engine.send(engine.execute(body)), 400, "INVALID_REQUEST");
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() throws Exception {
        byte[] latin1 = "{\"message\":\"Grüße\"}".getBytes(StandardCharsets.ISO_8859_1);
        assertError(engine.send(engine.execute("").POST(BodyPublishers.ofByteArray(latin1))), 400, "INVALID_REQUEST");
    }

    @Test
    void aTaskIdHasAtMost255Characters() throws Exception {
        assertError(engine.send(engine.execute(turn("x".repeat(256), "a"))), 400, "INVALID_REQUEST");
        assertThat(engine.finishedTurn("🙂".repeat(255), "a").last().data()).contains("completed");
    }

    @Test
    void unknownFieldsAndANullTaskIdAreAccepted() throws Exception {
        HttpResponse<String> answer = engine.send(
                engine.execute("{\"message\":\"a\",\"task_id\":null,\"more\":{\"deep\":[1,2,{\"x\":null}]}}"));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"phase\":\"completed\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/jsonp", "application/x-www-form-urlencoded"})
    void anotherContentTypeIsRefused(String type) throws Exception {
        assertError(
                engine.send(engine.execute(turn("type", "x")).setHeader("Content-Type", type)), 415, "INVALID_REQUEST");
    }

    @Test
    void aContentTypeMayHaveACharset() throws Exception {
        HttpResponse<String> answer = engine.send(
                engine.execute(turn("charset", "x")).setHeader("Content-Type", "Application/JSON; charset=utf-8"));
        assertThat(answer.statusCode()).isEqualTo(200);
    }

    @Test
    void aMebibyteIsTakenAndNothingMore() throws Exception {
        int room = 1024 * 1024 - turn("size", "").length();
        assertThat(engine.finishedTurn("size", "x".repeat(room)).last().data()).contains("completed");
        assertError(engine.send(engine.execute(turn("size", "x".repeat(room + 1)))), 413, "INVALID_REQUEST");
    }

    @Test
    void theReplayOfAFinishedTurnIsWhatWasSent() throws Exception {
        EventReader live = engine.finishedTurn("replay", "hello");
        assertThat(replay("task_id=replay")).isEqualTo(live.events());
        assertThat(replay("turn_id=" + live.turnId())).isEqualTo(live.events());
        assertThat(replay("task_id=replay&turn_id=" + live.turnId())).isEqualTo(live.events());
    }

    @Test
    void theReplayOfATaskIsItsLastTurn() throws Exception {
        EventReader first = engine.finishedTurn("last", "one");
        EventReader second = engine.finishedTurn("last", "two");
        assertThat(replay("task_id=last")).isEqualTo(second.events());
        assertThat(replay("turn_id=" + first.turnId())).isEqualTo(first.events());
    }

    @Test
    void theReplayResumesAfterTheLastEventSeen() throws Exception {
        List<Event> live = engine.finishedTurn("resume", "hello").events();
        engine.finishedTurn("resume", "a later turn");
        EventReader rest = engine.open(engine.request("/execute/replay")
                .header("Last-Event-ID", live.get(2).id()));
        assertThat(rest.readToEnd()).isEqualTo(live.subList(3, live.size()));
        EventReader nothing = engine.open(engine.request("/execute/replay")
                .header("Last-Event-ID", live.get(live.size() - 1).id()));
        assertThat(nothing.readToEnd()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "task_id=never-heard-of, 404, TURN_NOT_FOUND",
        "turn_id=turn_00000000000000000000000000000000, 404, TURN_NOT_FOUND",
        "'', 400, INVALID_REQUEST",
        "task_id=, 400, INVALID_REQUEST",
        "task_id=a&task_id=b, 400, INVALID_REQUEST"
    })
    void aReplayOfNothingIsRefused(String query, int status, String code) throws Exception {
        assertError(engine.send(engine.request("/execute/replay?" + query)), status, code);
    }

    @Test
    void aTurnOfAnotherTaskIsNotFound() throws Exception {
        String turnId = engine.finishedTurn("mine", "x").turnId();
        assertError(
                engine.send(engine.request("/execute/replay?task_id=other&turn_id=" + turnId)), 404, "TURN_NOT_FOUND");
    }

    @Test
    void aLastEventIdOfAnotherFormIsRefused() throws Exception {
        assertError(
                engine.send(engine.request("/execute/replay?task_id=x").header("Last-Event-ID", "17")),
                400,
                "INVALID_REQUEST");
    }

    private static List<Event> replay(String query) throws Exception {
        return engine.open(engine.request("/execute/replay?" + query)).readToEnd();
    }

    private static void assertError(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(answer.body()).matches("\\{\"error\":\"" + code + "\",\"message\":\"[^\"]{5,}\",\"details\":\\{}}");
    }
}
