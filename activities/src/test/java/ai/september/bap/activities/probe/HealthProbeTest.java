package ai.september.bap.activities.probe;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.testing.Await;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(300)
class HealthProbeTest {

    private static final Duration TIMEOUT = Duration.ofMillis(1500);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final HealthProbe probe = new HealthProbe(TIMEOUT);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch over = new CountDownLatch(1);
    private HttpServer server;
    private URI engine;

    @BeforeEach
    void open() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.start();
        engine = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @AfterEach
    void close() {
        over.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            OK       | 200 | {"status":"ok","uptime_seconds":1.5,"subsystems":{"brain":"ok","llm_provider":"ok"}}
            OK       | 200 | {"status":"ok","subsystems":{"llm_provider":"error"}}
            NOT_OK   | 503 | {"status":"ok"}
            NOT_OK   | 200 | {"status":"starting"}
            NOT_OK   | 200 | {"status":"OK"}
            NOT_OK   | 200 | {"status":true}
            NOT_OK   | 503 | {"status":"draining","subsystems":{"brain":"ok","llm_provider":"ok"}}
            NOT_OK   | 503 | {"status":"error","subsystems":{"brain":"error","llm_provider":"error"}}
            NOT_OK   | 503 | {"status":"error","subsystems":{"brain":"error","llm_provider":"ok"}}
            NOT_OK   | 503 | {"status":"error","subsystems":["llm_provider"]}
            NOT_OK   | 503 | {"status":"error","subsystems":"llm_provider"}
            DEGRADED | 503 | {"status":"error","subsystems":{"brain":"ok","llm_provider":"error"}}
            DEGRADED | 200 | {"status":"degraded","subsystems":{"llm_provider":"error"}}
            NOT_OK   | 200 | ok
            NOT_OK   | 200 | "ok"
            NOT_OK   | 200 | null
            NOT_OK   | 200 | [1,2
            NOT_OK   | 500 | <html>Internal Server Error</html>
            """)
    void anAnswerIsJudgedByStatusAndBody(Health expected, int status, String body) throws Exception {
        answer(status, body);

        assertThat(probe.ask(engine)).isEqualTo(expected);
    }

    @Test
    void anEngineSaysWhetherItIsBusy() throws Exception {
        answer(200, """
                {"status":"ok","active_turns":2,"last_activity_at":"2026-11-26T03:04:05.678Z"}""");

        assertThat(probe.inquire(engine))
                .isEqualTo(new HealthAnswer(Health.OK, 2, Instant.parse("2026-11-26T03:04:05.678Z"), null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"status\":\"ok\",\"active_turns\":\"many\",\"last_activity_at\":\"yesterday\"}",
                "{\"status\":\"ok\",\"active_turns\":-1,\"last_activity_at\":17}",
                "{\"status\":\"ok\"}"
            })
    void whatItDoesNotSayInOrderItDoesNotSay(String body) throws Exception {
        answer(200, body);

        assertThat(probe.inquire(engine)).isEqualTo(new HealthAnswer(Health.OK, 0, null, null));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            503 | {"status":"draining"}                                       | it answered 503, status draining
            503 | {"status":"error","subsystems":{"brain":"error","llm":"ok"}} | it answered 503, status error, failing: brain
            500 | {"status":"sk-ant-0123456789","subsystems":{"MY KEY":"x"}}   | it answered 500
            500 | <html>                                                       | it answered 500, and no JSON
            """)
    void theProblemIsNamedInPlainNames(int status, String body, String problem) throws Exception {
        answer(status, body);

        assertThat(probe.inquire(engine).problem()).isEqualTo(problem);
    }

    @Test
    void whoIsNotThereIsSaidToBeNotThere() throws Exception {
        server.stop(0);

        assertThat(probe.inquire(engine).problem()).isEqualTo("nothing listens at its port");
    }

    @Test
    void whoDoesNotAnswerIsSaidNotTo() throws Exception {
        server.createContext("/health", exchange -> awaitTheEnd());

        assertThat(probe.inquire(engine).problem()).isEqualTo("it did not answer within 1500 ms");
    }

    @Test
    void anEmptyAnswerIsNotOk() throws Exception {
        answer(200, "");

        assertThat(probe.ask(engine)).isEqualTo(Health.NOT_OK);
    }

    @Test
    void deepNestingAndOtherNonsenseIsNotOk() throws Exception {
        answer(200, "[".repeat(60_000));

        assertThat(probe.ask(engine)).isEqualTo(Health.NOT_OK);
    }

    @Test
    void redirectsAreNotFollowed() throws Exception {
        AtomicInteger followed = new AtomicInteger();
        server.createContext("/health", exchange -> {
            exchange.getResponseHeaders().add("Location", engine + "/elsewhere");
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });
        server.createContext("/elsewhere", exchange -> {
            followed.incrementAndGet();
            send(exchange, 200, "{\"status\":\"ok\"}");
        });

        assertThat(probe.ask(engine)).isEqualTo(Health.NOT_OK);
        assertThat(followed).hasValue(0);
    }

    @Test
    void ofABodyWithoutEndOnlyTheBeginningIsRead() throws Exception {
        AtomicInteger sent = new AtomicInteger();
        CompletableFuture<Throwable> hungUp = new CompletableFuture<>();
        server.createContext("/health", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream body = exchange.getResponseBody()) {
                body.write("{\"status\":\"ok\",\"padding\":\"".getBytes(StandardCharsets.UTF_8));
                byte[] padding = "x".repeat(1024).getBytes(StandardCharsets.UTF_8);
                for (int i = 0; i < 1_000_000 && over.getCount() > 0; i++) {
                    body.write(padding);
                    sent.incrementAndGet();
                }
            } catch (IOException e) {
                hungUp.complete(e);
            }
        });

        assertThat(probe.ask(engine)).isEqualTo(Health.NOT_OK);
        Await.atMost(PATIENCE, "the probe has hung up").until(hungUp::isDone);
        assertThat(sent).as("KiB, buffers on the way included").hasValueLessThan(32 * 1024);
    }

    @Test
    void anOkWithinTheBoundIsFoundWhateverFollows() throws Exception {
        answer(200, "{\"status\":\"ok\"}" + " ".repeat(200 * 1024));

        assertThat(probe.ask(engine)).isEqualTo(Health.OK);
    }

    @Test
    void aServerThatNeverAnswersIsGivenTheTimeoutAndNoMore() throws Exception {
        server.createContext("/health", exchange -> awaitTheEnd());

        assertGivenUp();
    }

    @Test
    void aBodyThatNeverEndsIsGivenTheTimeoutAndNoMore() throws Exception {
        server.createContext("/health", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write("{\"status\":".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            awaitTheEnd();
        });

        assertGivenUp();
    }

    @Test
    void aBodyThatComesByDribsAndDrabsIsGivenTheTimeoutAndNoMore() throws Exception {
        server.createContext("/health", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            OutputStream body = exchange.getResponseBody();
            try {
                while (over.getCount() > 0) {
                    body.write(' ');
                    body.flush();
                    Thread.sleep(20);
                }
            } catch (IOException | InterruptedException e) {
                exchange.close();
            }
        });

        assertGivenUp();
    }

    @Test
    void aWaitingProbeCanBeInterrupted() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        server.createContext("/health", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().flush();
            asked.countDown();
            awaitTheEnd();
        });
        HealthProbe patient = new HealthProbe(Duration.ofSeconds(25));
        CompletableFuture<Object> outcome = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                outcome.complete(patient.ask(engine));
            } catch (InterruptedException e) {
                outcome.complete(e);
            }
        });
        thread.start();
        asked.await();

        thread.interrupt();

        Await.atMost(PATIENCE, "the probe lets go").until(outcome::isDone);
        assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void nobodyThereIsNotOk() throws Exception {
        server.stop(0);

        assertThat(probe.ask(engine)).isEqualTo(Health.NOT_OK);
    }

    @Test
    void whatDoesNotSpeakHttpIsNotOk() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Future<?> unusedAnswer = threads.submit(() -> {
                try (Socket client = socket.accept()) {
                    client.getOutputStream().write("SSH-2.0-OpenSSH_9.2\r\n\r\n".getBytes(StandardCharsets.UTF_8));
                }
                return null;
            });

            assertThat(probe.ask(URI.create("http://127.0.0.1:" + socket.getLocalPort())))
                    .isEqualTo(Health.NOT_OK);
        }
    }

    @Test
    void aServerThatHangsUpInTheMiddleIsNotOk() throws Exception {
        server.createContext("/health", exchange -> {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write("{\"status\":\"ok\"}".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            exchange.close();
        });

        assertThat(probe.ask(engine)).isEqualTo(Health.NOT_OK);
    }

    private void assertGivenUp() throws InterruptedException {
        long before = System.nanoTime();

        assertThat(probe.ask(engine)).isEqualTo(Health.NOT_OK);

        assertThat(Duration.ofNanos(System.nanoTime() - before)).isBetween(TIMEOUT, TIMEOUT.multipliedBy(4));
    }

    private void answer(int status, String body) {
        server.createContext("/health", exchange -> send(exchange, status, body));
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        } catch (IOException hungUp) {
            exchange.close();
        }
    }

    private void awaitTheEnd() {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
