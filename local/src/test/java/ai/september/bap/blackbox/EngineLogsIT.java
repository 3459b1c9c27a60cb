package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.process.server.RunningServer;
import ai.september.bap.testing.Await;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What engines print, as their products read it. */
class EngineLogsIT {

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR =
            new Orchestrator(Map.of("ORCH_PORT_MIN", "22001", "ORCH_PORT_MAX", "22099"));

    private static final Duration SOON = Duration.ofSeconds(20);

    private static List<String> lines(Product product, String user, String query) {
        return product.client()
                .get(Product.path(user) + "/logs" + query)
                .isOk()
                .body()
                .at("/lines")
                .findValuesAsText("text");
    }

    private static void say(String text) {
        ORCHESTRATOR.engine().print(text);
    }

    private static void awaitLine(Product product, String user, String line) {
        Await.atMost(SOON, "it prints " + line)
                .until(() -> lines(product, user, "").contains(line));
    }

    private static LogEvents follow(Product product, String user, String query) {
        return LogEvents.of(product, ORCHESTRATOR.api(), user, query);
    }

    @Test
    void theLastLinesAreReadMaskedWhateverStateTheEngineIsIn() throws Exception {
        Product product = ORCHESTRATOR.register("logs");
        String engine;
        try (SteerableEngine.Steering talking = ORCHESTRATOR.engine().talking()) {
            engine = product.provision("ada/eva").text("/engine_id");
        }
        say("first\nprovider " + Orchestrator.PROVIDER_KEY + "; mine " + SteerableEngine.KEY_IN_OUTPUT + "; hash "
                + "0123456789abcdef".repeat(4) + "\nlast\nunfinished");
        awaitLine(product, "ada/eva", "last");

        assertThat(lines(product, "ada/eva", "?tail=3"))
                .containsExactly("first", "provider [REDACTED]; mine [REDACTED]; hash [REDACTED]", "last");
        assertThat(lines(product, "ada/eva", "?tail=0")).isEmpty();
        Client.Reply reply =
                product.client().get(Product.path("ada/eva") + "/logs?tail=1").isOk();
        assertThat(reply.text("/engine_id")).isEqualTo(engine);
        assertThat(Instant.parse(reply.text("/lines/0/timestamp")))
                .isBetween(Instant.now().minusSeconds(60), Instant.now());

        EngineProcesses.signal(ORCHESTRATOR.folder(), engine, "STOP");
        assertThat(lines(product, "ada/eva", "?tail=1")).as("of a frozen one").containsExactly("last");
        EngineProcesses.signal(ORCHESTRATOR.folder(), engine, "CONT");
        product.post("ada/eva", "stop").isOk();
        assertThat(lines(product, "ada/eva", ""))
                .as("of a stopped one")
                .contains("last")
                .anyMatch(line -> line.startsWith("unfinished"));
        product.destroy("ada/eva").isOk();
        product.client().get(Product.path("ada/eva") + "/logs").isRefused(404, "ENGINE_NOT_FOUND");
    }

    @Test
    void onlyWhatWasPrintedSinceThen() {
        Product product = ORCHESTRATOR.register("logs");
        try (SteerableEngine.Steering talking = ORCHESTRATOR.engine().talking()) {
            product.provision("u");
        }
        say("early\n");
        awaitLine(product, "u", "early");
        Instant between = Instant.now().plusSeconds(2);
        Await.atMost(SOON, "it is later").until(() -> Instant.now().isAfter(between));
        say("late\n");
        awaitLine(product, "u", "late");

        assertThat(lines(product, "u", "?since=" + between)).containsExactly("late");
        assertThat(lines(product, "u", "?since=" + between.minusSeconds(60))).contains("early", "late");
        assertThat(lines(product, "u", "?since=" + between.plusSeconds(3600))).isEmpty();
        product.destroy("u").isOk();
    }

    @Test
    void anEngineWithoutAContainerHasPrintedNothing() {
        Product product = ORCHESTRATOR.register("logs");
        try (SteerableEngine.Steering exiting = ORCHESTRATOR.engine().exiting()) {
            product.client()
                    .post("/engines/provision", Client.json("user_id", "u"))
                    .isRefused(502, "BACKEND_ERROR");
        }

        assertThat(lines(product, "u", "")).isEmpty();
        product.destroy("u").isOk();
    }

    @Test
    void whatIsAskedIsReadStrictly() {
        Product product = ORCHESTRATOR.register("logs");
        product.provision("u");
        for (String bad : List.of(
                "tail=-1",
                "tail=1001",
                "tail=all",
                "tail=",
                "since=yesterday",
                "since=1",
                "follow=yes",
                "tail=1&tail=2")) {
            product.client().get("/engines/u/logs?" + bad).isRefused(400, "INVALID_REQUEST");
        }
        product.client().get("/engines/nobody/logs?tail=x").isRefused(400, "INVALID_REQUEST");
        product.client().get("/engines/nobody/logs").isRefused(404, "ENGINE_NOT_FOUND");
        product.client().get("/engines/nobody/logs?follow=true").isRefused(404, "ENGINE_NOT_FOUND");
        product.client().post("/engines/u/logs").isRefused(405, "METHOD_NOT_ALLOWED");
        product.client().with("Accept", "text/html").get("/engines/u/logs").isRefused(406, "INVALID_REQUEST");
        ORCHESTRATOR.anonymous().get("/engines/u/logs").isRefused(401, "INVALID_PLATFORM_KEY");
        product.destroy("u").isOk();
    }

    @Test
    void whoFollowsIsToldEachLineWithinASecondAndTheEndWithTheEngine() throws Exception {
        Product product = ORCHESTRATOR.register("logs");
        try (SteerableEngine.Steering talking = ORCHESTRATOR.engine().talking()) {
            product.provision("u");
        }
        say("before\n");
        awaitLine(product, "u", "before");
        try (LogEvents events = follow(product, "u", "&tail=1")) {
            assertThat(events.next(SOON).text()).isEqualTo("before");
            for (int i = 0; i < 5; i++) {
                long said = System.nanoTime();
                say("line " + i + "\n");
                assertThat(events.next(SOON).text()).isEqualTo("line " + i);
                assertThat(Duration.ofNanos(System.nanoTime() - said)).isLessThan(Duration.ofSeconds(1));
            }
            // In pieces that are read apart: nothing of the key is shown.
            String key = SteerableEngine.KEY_IN_OUTPUT;
            say("the key is " + key.substring(0, 15));
            assertThat(events.next(Duration.ofSeconds(1)).name()).isEqualTo("none");
            say(key.substring(15) + "!\n");
            assertThat(events.next(SOON).text()).isEqualTo("the key is [REDACTED]!");

            product.destroy("u").isOk();
            assertThat(events.end()).isEqualTo("ended");
        }
    }

    @Test
    void aFollowerEndsWithTheContainerThatItsEngineLeaves() throws Exception {
        Product product = ORCHESTRATOR.register("logs");
        product.provision("u");
        try (LogEvents events = follow(product, "u", "")) {
            product.post("u", "rotate-key").isOk();
            assertThat(events.end()).isEqualTo("ended");
        }
        product.post("u", "stop").isOk();
        try (LogEvents events = follow(product, "u", "")) {
            assertThat(events.end()).as("it does not run").isEqualTo("ended");
        }
        product.destroy("u").isOk();
    }

    private static double followers() {
        return ORCHESTRATOR.metrics().sum("bap_logs_followers")
                + ORCHESTRATOR.workerMetrics().sum("bap_logs_followers");
    }

    @Test
    void whoGoesAwayLeavesNothingBehind() throws Exception {
        Product product = ORCHESTRATOR.register("logs");
        product.provision("u");
        List<LogEvents> followers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            followers.add(follow(product, "u", ""));
        }
        product.client().get("/engines/u/logs?follow=true").isRefused(429, "RATE_LIMITED");
        assertThat(lines(product, "u", "?tail=1")).as("is another thing").hasSize(1);
        Product other = ORCHESTRATOR.register("logs");
        other.provision("u");
        followers.add(follow(other, "u", ""));
        assertThat(followers()).isEqualTo(42);

        for (LogEvents follower : followers) {
            follower.close();
        }
        Await.atMost(Duration.ofSeconds(10), "nobody is followed any more").until(() -> followers() == 0);
        product.destroy("u").isOk();
        other.destroy("u").isOk();
    }

    @Test
    void anAnswerHasAMebibyteAtMostAndThatOfTheLatestLines() {
        Product product = ORCHESTRATOR.register("logs");
        try (SteerableEngine.Steering talking = ORCHESTRATOR.engine().talking()) {
            product.provision("u");
        }
        String filler = "x".repeat(16_000);
        for (int i = 0; i < 90; i++) {
            say(i + " " + filler + "\n");
        }
        say("the last\n");
        awaitLine(product, "u", "the last");

        List<String> lines = lines(product, "u", "?tail=1000");
        long bytes = lines.stream().mapToLong(String::length).sum();
        assertThat(bytes).isBetween((1L << 20) - 20_000, 1L << 20);
        assertThat(lines.get(lines.size() - 2)).startsWith("89 ");
        product.destroy("u").isOk();
    }

    @Test
    void aReplicaThatStopsTellsItsFollowersSo() throws Exception {
        Product product = ORCHESTRATOR.register("logs");
        product.provision("u");
        RunningServer replica = ORCHESTRATOR.deployment().startApi(Map.of());
        try (LogEvents events = LogEvents.of(product, URI.create("http://127.0.0.1:" + replica.apiPort()), "u", "")) {
            long stopped = System.nanoTime();
            replica.close();
            assertThat(events.end()).isEqualTo("interrupted");
            assertThat(Duration.ofNanos(System.nanoTime() - stopped)).isLessThan(Duration.ofSeconds(10));
        }
        product.destroy("u").isOk();
    }

    /** A source of output, as the database has it. */
    private record Worker(UUID id, String address) {}

    private static Worker worker() {
        return ORCHESTRATOR
                .sql()
                .withHandle(handle -> handle.createQuery(
                                "SELECT worker_id, log_address FROM workers WHERE log_address IS NOT NULL")
                        .map((row, context) -> new Worker(row.getObject(1, UUID.class), row.getString(2)))
                        .one());
    }

    private static int ask(String authorization) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://" + worker().address() + "/engine-logs?tail=5&follow=false"))
                .header("Authorization", authorization)
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }

    private static void issue(String secret, UUID worker, String engine, String life) {
        ORCHESTRATOR
                .sql()
                .useHandle(handle -> handle.execute(
                        "INSERT INTO log_tickets VALUES (sha256(?::bytea), ?, ?::uuid, now() + ?::interval)",
                        secret,
                        worker,
                        engine,
                        life));
    }

    @Test
    void aWorkerTellsNothingWithoutATicketThatIsGoodAndEachIsGoodOnce() throws Exception {
        Product product = ORCHESTRATOR.register("logs");
        String engine = product.provision("u").text("/engine_id");
        UUID other = UUID.randomUUID();
        ORCHESTRATOR
                .sql()
                .useHandle(handle -> handle.execute(
                        "INSERT INTO workers (worker_id, host_id) SELECT ?, host_id FROM hosts LIMIT 1", other));
        double refused = ORCHESTRATOR.workerMetrics().sum("bap_logs_tickets_refused_total");

        issue("good", worker().id(), engine, "10 seconds");
        issue("late", worker().id(), engine, "-1 seconds");
        issue("anothers", other, engine, "10 seconds");
        assertThat(ask("Bearer good")).isEqualTo(HttpURLConnection.HTTP_OK);
        for (String bad : List.of("Bearer good", "Bearer late", "Bearer anothers", "Bearer ", "Basic good", "good")) {
            assertThat(ask(bad)).as(bad).isEqualTo(HttpURLConnection.HTTP_UNAUTHORIZED);
        }
        assertThat(ORCHESTRATOR.workerMetrics().sum("bap_logs_tickets_refused_total"))
                .isEqualTo(refused + 6);
        ORCHESTRATOR.sql().useHandle(handle -> handle.execute("DELETE FROM workers WHERE worker_id = ?", other));
        Await.atMost(SOON, "tickets that nobody came with are forgotten")
                .until(() -> ORCHESTRATOR
                                .sql()
                                .withHandle(handle -> handle.createQuery("SELECT count(*) FROM log_tickets")
                                        .mapTo(Integer.class)
                                        .one())
                        == 0);
        product.destroy("u").isOk();
    }

    @Test
    void aWorkerIsFollowedBySoManyAndNoMore() throws Exception {
        Product product = ORCHESTRATOR.register("logs");
        String engine = product.provision("u").text("/engine_id");
        HttpClient client = HttpClient.newHttpClient();
        List<HttpResponse<InputStream>> streams = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            issue("ticket" + i, worker().id(), engine, "60 seconds");
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://" + worker().address() + "/engine-logs?tail=0&follow=true"))
                    .header("Authorization", "Bearer ticket" + i)
                    .build();
            streams.add(client.send(request, HttpResponse.BodyHandlers.ofInputStream()));
        }
        assertThat(streams).extracting(HttpResponse::statusCode).containsOnly(HttpURLConnection.HTTP_OK);

        Client.Reply refused = product.client().get("/engines/u/logs?follow=true");
        assertThat(refused.isRefused(503, "UNAVAILABLE").text("/error/message")).contains("Too many");
        assertThat(lines(product, "u", "?tail=1")).as("is another thing").hasSize(1);
        for (HttpResponse<InputStream> stream : streams) {
            stream.body().close();
        }
        Await.atMost(Duration.ofSeconds(10), "nobody is followed any more").until(() -> followers() == 0);
        product.destroy("u").isOk();
    }

    @Test
    void aWorkerThatDoesNotAnswerIsPassedOverAndWithoutAnyOneIsToldWhatToDo() throws Exception {
        Product product = ORCHESTRATOR.register("logs");
        product.provision("u");
        UUID silent = UUID.randomUUID();
        ORCHESTRATOR
                .sql()
                .useHandle(handle -> handle.execute(
                        "INSERT INTO workers (worker_id, host_id, log_address) SELECT ?, host_id, '127.0.0.1:1' FROM hosts LIMIT 1",
                        silent));
        for (int i = 0; i < 10; i++) {
            assertThat(lines(product, "u", "?tail=1")).hasSize(1);
        }
        LogEvents events = follow(product, "u", "");
        ORCHESTRATOR.deployment().stopWorker();
        assertThat(events.end()).isEqualTo("interrupted");
        try {
            String message = product.client()
                    .get("/engines/u/logs")
                    .isRefused(503, "UNAVAILABLE")
                    .text("/error/message");
            assertThat(message).contains("ORCH_ENGINE_LOGS_BIND_HOST").doesNotContain("127.0.0.1");
            product.client().get("/engines/u/logs?follow=true").isRefused(503, "UNAVAILABLE");
        } finally {
            ORCHESTRATOR.sql().useHandle(handle -> handle.execute("DELETE FROM workers WHERE worker_id = ?", silent));
            ORCHESTRATOR.deployment().startWorker();
        }
        Await.atMost(SOON, "the new worker tells")
                .until(() -> product.client().get("/engines/u/logs").status() == 200);
        product.destroy("u").isOk();
    }
}
