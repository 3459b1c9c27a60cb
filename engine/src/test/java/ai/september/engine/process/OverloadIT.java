package ai.september.engine.process;

import static ai.september.engine.testing.EngineClient.turn;
import static ai.september.engine.testing.FakeProvider.gated;
import static org.assertj.core.api.Assertions.assertThat;

import ai.september.engine.testing.EngineClient;
import ai.september.engine.testing.EngineProcess;
import ai.september.engine.testing.EventReader;
import ai.september.engine.testing.FakeProvider;
import ai.september.engine.testing.FakeProvider.Gated;
import ai.september.engine.testing.OpenAiWire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** More than a small engine can do at once. */
class OverloadIT {

    private static final int MEBIBYTE = 1024 * 1024;
    private static final Duration PROBE = Duration.ofSeconds(10);

    @TempDir
    Path folder;

    private Map<String, String> environment;
    private FakeProvider provider;

    @BeforeEach
    void start() throws Exception {
        provider = FakeProvider.start();
        environment = EngineProcess.environment(folder);
        environment.put("LLM_PROVIDER", "openai");
        environment.put("LLM_BASE_URL", provider.url() + "/v1");
    }

    @AfterEach
    void stop() {
        provider.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "ж", "🙂"})
    void aBurstOfTheLargestBodiesIsAnsweredAndSurvived(String character) throws Exception {
        provider.answers(FakeProvider.stream(OpenAiWire.delta("ok"), String.join("", OpenAiWire.end())));
        try (EngineProcess process = EngineProcess.serve(environment)) {
            EngineClient engine = process.client();
            int statusOk = 0;
            for (HttpResponse<String> answer : burst(engine, character)) {
                boolean ok = answer.statusCode() == 200;
                statusOk += ok ? 1 : 0;
                assertThat(answer.body()).contains(ok ? "\"phase\":\"completed\"" : "{\"error\":\"ENGINE_BUSY\"");
            }
            assertThat(statusOk).isPositive();
            assertThat(engine.health().statusCode()).as(process.output()).isEqualTo(200);
        }
    }

    private static List<HttpResponse<String>> burst(EngineClient engine, String character) throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(32);
        try {
            List<Callable<HttpResponse<String>>> posts = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                String body = largest("task-" + i, character);
                posts.add(() -> engine.send(engine.execute(body)));
            }
            List<HttpResponse<String>> answers = new ArrayList<>();
            for (Future<HttpResponse<String>> answer : clients.invokeAll(posts)) {
                answers.add(answer.get());
            }
            return answers;
        } finally {
            clients.shutdownNow();
        }
    }

    private static String largest(String taskId, String character) {
        int room = MEBIBYTE - turn(taskId, "").length();
        return turn(taskId, character.repeat(room / character.getBytes(StandardCharsets.UTF_8).length));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /health HTT",
                "POST /execute HTTP/1.1\r\nHost: x\r\nX-Engine-Key: wrong\r\nContent-Length: 1000\r\n\r\n",
                "GET /health HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"
            })
    void clientsThatSendHalfARequestCostNeitherHealthNorTheStreamsOfOthers(String half) throws Exception {
        Gated gate = gated(List.of(OpenAiWire.delta("slow ")), List.of(String.join("", OpenAiWire.end())));
        provider.answers(gate);
        try (EngineProcess process = EngineProcess.serve(environment)) {
            EngineClient engine = process.client();
            EventReader reader = engine.open(engine.execute(turn("before", "x")));
            reader.nextNamed("text_delta");
            List<Socket> halves = open(100, engine.port(), half);
            try {
                assertThat(engine.send(engine.request("/health").timeout(PROBE)).statusCode())
                        .isEqualTo(200);
            } finally {
                for (Socket socket : halves) {
                    socket.close();
                }
            }
            gate.open();
            reader.readToEnd();
            assertThat(reader.last().data()).contains("completed");
        }
    }

    private static List<Socket> open(int count, int port, String sent) throws IOException {
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
            sockets.add(socket);
            socket.getOutputStream().write(sent.getBytes(StandardCharsets.US_ASCII));
        }
        return sockets;
    }
}
