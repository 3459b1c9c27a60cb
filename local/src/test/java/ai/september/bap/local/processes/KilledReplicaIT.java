package ai.september.bap.local.processes;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.blackbox.Client;
import ai.september.bap.blackbox.Product;
import ai.september.bap.local.process.LoopbackPort;
import ai.september.bap.testing.TestDatabase;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class KilledReplicaIT {

    private static final int LIMIT = 2_000;
    private static final int CLIENTS = 16;

    @RegisterExtension
    final TestDatabase database = TestDatabase.empty();

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    private final AtomicInteger passed = new AtomicInteger();

    /** No Temporal and no worker: what is not there is refused politely, and counts as an admit that passed. */
    @Test
    void theLimitHoldsThroughTheDeathOfAReplicaAndItsReturn() throws Exception {
        try (Installation installation = new Installation(folder, database.url())) {
            Program first = installation.api().awaitLog("api is ready");
            int otherPort = LoopbackPort.free(0);
            installation.api(otherPort).awaitLog("api is ready");
            Product product = installation.register("killed", "{\"rate_limit_rpm\":" + LIMIT + "}");
            Client other = Client.product(URI.create("http://127.0.0.1:" + otherPort), product.platformKey());

            CompletableFuture<Void> stream = stream(product.client(), LIMIT);
            admit(other, LIMIT / 4).join();
            first.kill();
            stream.join();
            assertThat(passed).hasValueBetween(LIMIT / 4, LIMIT - 1);

            admit(other, LIMIT).join();
            // What the dead one had leased, or taken for requests it did not answer, counts as used.
            assertThat(passed).hasValueBetween(LIMIT * 98 / 100 - CLIENTS, LIMIT);

            installation.api().awaitLog("api is ready");
            int before = passed.get();
            admit(product.client(), 100).join();
            assertThat(passed.get() - before).as("of the one that came back").isLessThanOrEqualTo(LIMIT - before);
        }
    }

    /** As the other, and what is not answered any more has not passed. */
    private CompletableFuture<Void> stream(Client client, int admits) {
        return admit(client, admits).exceptionally(killed -> null);
    }

    /** So many admits by a few clients at once. */
    private CompletableFuture<Void> admit(Client client, int admits) {
        List<CompletableFuture<Void>> clients = IntStream.range(0, CLIENTS)
                .mapToObj(n -> admitOneByOne(client, admits / CLIENTS))
                .toList();
        return CompletableFuture.allOf(clients.toArray(CompletableFuture[]::new));
    }

    private CompletableFuture<Void> admitOneByOne(Client client, int admits) {
        return CompletableFuture.runAsync(
                () -> {
                    for (int n = 0; n < admits; n++) {
                        Client.Reply reply = client.post("/engines/u/admit");
                        if (reply.status() == 200) {
                            passed.incrementAndGet();
                        } else {
                            reply.isRefused(429, "RATE_LIMITED");
                        }
                    }
                },
                task -> new Thread(task, "client").start());
    }
}
