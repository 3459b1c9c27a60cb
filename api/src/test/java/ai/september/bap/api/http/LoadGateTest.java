package ai.september.bap.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.testing.Await;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** On a real server, over real connections. */
class LoadGateTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration NEVER = Duration.ofMinutes(10);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Work work = new Work();
    private final Server server = new Server();
    private int port;

    /** Paths with {@code hold} keep their thread until they are let go, with {@code suspend} give it back until then. */
    private static final class Work extends Handler.Abstract {

        private final CountDownLatch letGo = new CountDownLatch(1);
        private final Map<String, Callback> suspended = new ConcurrentHashMap<>();
        private final List<String> served = new CopyOnWriteArrayList<>();

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws InterruptedException {
            String path = Request.getPathInContext(request);
            served.add(path);
            if (path.startsWith("/suspend")) {
                suspended.put(path, callback);
                return true;
            }
            if (path.startsWith("/hold")) {
                letGo.await();
            }
            response.setStatus(204);
            callback.succeeded();
            return true;
        }
    }

    private void start(int atOnce, int waiting, Duration longestWait) throws Exception {
        start(atOnce, waiting, longestWait, longestWait);
    }

    private void start(int atOnce, int waiting, Duration longestWait, Duration underLoad) throws Exception {
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        LoadGate gate = new LoadGate(atOnce, waiting, longestWait, underLoad, meters);
        gate.setHandler(work);
        server.setHandler(gate);
        server.start();
        port = connector.getLocalPort();
    }

    @AfterEach
    void stop() throws Exception {
        work.letGo.countDown();
        work.suspended.values().forEach(Callback::succeeded);
        server.stop();
    }

    private CompletableFuture<HttpResponse<String>> send(String path) {
        return client.sendAsync(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private int status(String path) {
        return send(path).join().statusCode();
    }

    private void await(String gauge, int value) {
        Await.atMost(SOON, gauge + " is " + value)
                .until(() -> meters.get(gauge).gauge().value() == value);
    }

    @Test
    void soManyAreWorkedOnAndTheNextWaitInTheOrderOfTheirComing() throws Exception {
        start(1, 10, NEVER);
        CompletableFuture<?> first = send("/hold");
        await("bap.gate.serving", 1);
        List<CompletableFuture<HttpResponse<String>>> waiting = IntStream.range(0, 5)
                .mapToObj(n -> {
                    CompletableFuture<HttpResponse<String>> next = send("/n" + n);
                    await("bap.gate.waiting", n + 1);
                    return next;
                })
                .toList();
        assertThat(work.served).containsExactly("/hold");

        work.letGo.countDown();

        waiting.forEach(each -> assertThat(each.join().statusCode()).isEqualTo(204));
        first.join();
        assertThat(work.served).containsExactly("/hold", "/n0", "/n1", "/n2", "/n3", "/n4");
        await("bap.gate.serving", 0);
        await("bap.gate.waiting", 0);
    }

    @Test
    void whoFindsNoPlaceIsRefusedAtOnceAndTheirConnectionGoesOn() throws Exception {
        start(1, 1, NEVER);
        CompletableFuture<HttpResponse<String>> held = send("/hold");
        await("bap.gate.serving", 1);
        CompletableFuture<HttpResponse<String>> waiting = send("/waits");
        await("bap.gate.waiting", 1);

        String refused = RawAnswer.of(
                        port,
                        "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"
                                + "GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                .toString();

        assertThat(refused).contains("status=503").contains("204");
        assertThat(meters.get("bap.gate.refused").functionCounter().count()).isEqualTo(1);
        work.letGo.countDown();
        assertThat(held.join().statusCode()).isEqualTo(204);
        assertThat(waiting.join().statusCode()).isEqualTo(204);
    }

    @Test
    void whoseBodyIsStillToComeIsToldThatTheConnectionEnds() throws Exception {
        start(1, 0, NEVER);
        CompletableFuture<HttpResponse<String>> held = send("/hold");
        await("bap.gate.serving", 1);

        RawAnswer refused = RawAnswer.of(port, "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 2000\r\n\r\n{");

        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.header("Connection")).isEqualTo("close");
        work.letGo.countDown();
        held.join();
    }

    @Test
    void whoWaitsTooLongIsRefused() throws Exception {
        start(1, 10, Duration.ofMillis(100));
        CompletableFuture<HttpResponse<String>> held = send("/hold");
        await("bap.gate.serving", 1);

        assertThat(Stream.of("/a", "/b").map(this::send).toList())
                .allMatch(waiting -> waiting.join().statusCode() == 503);

        await("bap.gate.waiting", 0);
        work.letGo.countDown();
        assertThat(held.join().statusCode()).isEqualTo(204);
        assertThat(work.served).containsExactly("/hold");
    }

    /** A line of one after the other, never empty: the first are patient, the later ones are not. */
    @Test
    void inALineThatDoesNotEndPatienceEnds() throws Exception {
        Duration crowd = Duration.ofMillis(1_500);
        start(1, 10, crowd, Duration.ofMillis(1));
        CompletableFuture<HttpResponse<String>> held = send("/hold");
        await("bap.gate.serving", 1);
        long began = System.nanoTime();
        CompletableFuture<HttpResponse<String>> first = send("/first");
        await("bap.gate.waiting", 1);
        Await.atMost(SOON, "the line is old").until(() -> System.nanoTime() - began > crowd.toNanos() / 2);
        CompletableFuture<HttpResponse<String>> second = send("/second");

        assertThat(first.join().statusCode()).isEqualTo(503);
        assertThat(second.join().statusCode()).isEqualTo(503);
        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .as("the second is refused with the first, half a crowd's patience before its own is at its end")
                .isBetween(crowd, crowd.plus(crowd.dividedBy(3)));
        work.letGo.countDown();
        assertThat(held.join().statusCode()).isEqualTo(204);
    }

    @Test
    void whoWaitsWithoutAThreadTakesNobodysPlace() throws Exception {
        start(1, 0, NEVER);
        List<CompletableFuture<HttpResponse<String>>> suspended = IntStream.range(0, 5)
                .mapToObj(n -> {
                    CompletableFuture<HttpResponse<String>> next = send("/suspend" + n);
                    Await.atMost(SOON, "it is suspended").until(() -> work.suspended.containsKey("/suspend" + n));
                    await("bap.gate.serving", 0);
                    return next;
                })
                .toList();

        assertThat(status("/x")).isEqualTo(204);

        work.suspended.values().forEach(Callback::succeeded);
        suspended.forEach(each -> assertThat(each.join().statusCode()).isEqualTo(200));
    }

    @Test
    void healthAlwaysPasses() throws Exception {
        start(1, 0, NEVER);
        CompletableFuture<HttpResponse<String>> held = send("/hold");
        await("bap.gate.serving", 1);

        assertThat(status("/health")).isEqualTo(204);
        assertThat(status("/healthy")).isEqualTo(503);

        work.letGo.countDown();
        held.join();
    }
}
