package ai.september.bap.local.processes;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.blackbox.Client;
import ai.september.bap.blackbox.Product;
import ai.september.bap.local.process.LoopbackPort;
import ai.september.bap.testing.Await;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A database that hangs, or refuses connections, costs nobody more than two seconds; and nobody restarts anything after it. */
@Timeout(300)
class DatabaseAwayIT {

    private static final Duration LONGEST = Duration.ofSeconds(2);
    private static final Duration RECOVERY = Duration.ofSeconds(30);
    private static final int AT_ONCE = 40;
    private static final List<String> REQUESTS = List.of(
            "POST /engines/ada/admit",
            "GET /engines/ada",
            "GET /engines",
            "GET /status",
            "GET /health",
            "POST /engines/ada/stop");

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    @Test
    void everyRequestIsAnsweredInTimeAndTheNextAfterItIsBackSucceeds() throws Exception {
        Path data = folder.resolve("postgres");
        int port = LoopbackPort.free(0);
        try (Installation installation =
                Installation.withTemporal(folder, "postgresql://postgres:postgres@127.0.0.1:" + port + "/postgres")) {
            Product product;
            try (EmbeddedPostgres unused = start(data, port)) {
                installation.worker().awaitLog("worker is ready");
                installation.api().awaitLog("api is ready");
                product = installation.register("away");
                product.provision("ada");

                frozen(data, product);
                awaitAdmit(product);
            }
            assertAllAreUnavailableInTime(product, "refused");
            try (EmbeddedPostgres unused = start(data, port)) {
                awaitAdmit(product);
            }
        }
    }

    private static EmbeddedPostgres start(Path data, int port) throws IOException {
        return EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setPort(port)
                .start();
    }

    /** Twice: over connections that were in use just now, and once their state is no longer taken for granted. */
    private static void frozen(Path data, Product product) throws Exception {
        for (String since : List.of("just now", "a while ago")) {
            awaitAdmit(product);
            if (since.equals("a while ago")) {
                awaitThatConnectionsAreCheckedAgain();
            }
            List<Long> processes = processes(data);
            signal("-STOP", processes);
            try {
                assertAllAreUnavailableInTime(product, "frozen, used " + since);
            } finally {
                signal("-CONT", processes);
            }
        }
    }

    /** The pool takes a connection's word for five seconds. */
    private static void awaitThatConnectionsAreCheckedAgain() {
        long since = System.nanoTime();
        Await.atMost(Duration.ofSeconds(20), "a while has passed")
                .until(() -> System.nanoTime() - since > Duration.ofSeconds(6).toNanos());
    }

    private static void assertAllAreUnavailableInTime(Product product, String how) {
        REQUESTS.forEach(request -> assertUnavailableInTime(send(product, request), request + ", " + how));
        List<CompletableFuture<Timed>> crowd = Stream.generate(() -> send(product, REQUESTS.get(0)))
                .limit(AT_ONCE)
                .toList();
        crowd.forEach(each -> assertUnavailableInTime(each, AT_ONCE + " admits at once, " + how));
    }

    private record Timed(Client.Reply reply, Duration took) {}

    private static CompletableFuture<Timed> send(Product product, String request) {
        String[] parts = request.split(" ", -1);
        long start = System.nanoTime();
        return product.client()
                .sendAsync(parts[0], parts[1], "")
                .thenApply(reply -> new Timed(reply, Duration.ofNanos(System.nanoTime() - start)));
    }

    private static void assertUnavailableInTime(CompletableFuture<Timed> sent, String what) {
        Timed answer = sent.join();
        answer.reply().isRefused(503, "UNAVAILABLE");
        assertThat(answer.took()).as(what).isLessThan(LONGEST);
    }

    private static void awaitAdmit(Product product) {
        Await.atMost(RECOVERY, "admits succeed")
                .until(() -> product.admit("ada").body().path("admitted").asBoolean());
    }

    /** The server and all of its backends; a server that stands still makes no new ones. */
    private static List<Long> processes(Path data) throws IOException {
        long postmaster = Long.parseLong(
                Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip());
        ProcessHandle server = ProcessHandle.of(postmaster).orElseThrow();
        return Stream.concat(Stream.of(server), server.descendants())
                .map(ProcessHandle::pid)
                .toList();
    }

    private static void signal(String signal, List<Long> processes) throws Exception {
        List<String> command = new ArrayList<>(List.of("kill", signal));
        processes.forEach(pid -> command.add(Long.toString(pid)));
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }
}
