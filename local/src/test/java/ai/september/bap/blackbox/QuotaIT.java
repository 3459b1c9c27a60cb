package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.testing.Await;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code max_engines}, exact with several replicas, while engines come, fail and go. */
class QuotaIT {

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR =
            new Orchestrator(Map.of("ORCH_PORT_MIN", "26301", "ORCH_PORT_MAX", "26399"));

    private static final int LIMIT = 12;
    private static final int CREATIONS = 500;

    @Test
    void fiveHundredCreationsThroughTwoReplicasNeverExceedItNorLeaveItUnused() {
        Product product = ORCHESTRATOR.register("quota", "{\"max_engines\":" + LIMIT + "}");
        Random random = new Random(5);
        Semaphore atOnce = new Semaphore(100);
        List<CompletableFuture<Client.Reply>> creations = new ArrayList<>();
        List<CompletableFuture<Client.Reply>> destroys = new ArrayList<>();
        Watch watch = new Watch(product);
        try (Replicas replicas = new Replicas(ORCHESTRATOR.deployment(), Map.of());
                SteerableEngine.Steering once = ORCHESTRATOR.engine().exitingOnce()) {
            List<Client> clients = replicas.uris().stream()
                    .map(uri -> Client.product(uri, product.platformKey()).with("Prefer", "respond-async"))
                    .toList();
            watch.start();
            for (int n = 0; n < CREATIONS; n++) {
                Client client = clients.get(n % 2);
                String user = "u" + random.nextInt(60);
                creations.add(limited(atOnce, client, "POST", "/engines/provision", Client.json("user_id", user)));
                if (n % 10 == 9) {
                    destroys.add(limited(atOnce, client, "DELETE", "/engines/u" + random.nextInt(60), ""));
                }
            }
            CompletableFuture.allOf(creations.toArray(CompletableFuture[]::new)).join();
            CompletableFuture.allOf(destroys.toArray(CompletableFuture[]::new)).join();
            watch.end();

            Map<String, Integer> outcomes = new TreeMap<>();
            creations.forEach(reply ->
                    outcomes.merge(reply.join().status() + " " + reply.join().code(), 1, Integer::sum));
            System.out.printf(
                    "quota of %d: %d creations and %d destroys through 2 replicas, answered %s; at most %d engines in %d looks%n",
                    LIMIT, CREATIONS, destroys.size(), outcomes, watch.most(), watch.looks());
            assertThat(watch.most()).isEqualTo(LIMIT);
            assertThat(outcomes.keySet())
                    .allMatch(outcome -> outcome.startsWith("202")
                            || outcome.equals("429 QUOTA_EXCEEDED")
                            || outcome.startsWith("409 "));
            fill(product, replicas.uris().get(0));
        }
    }

    private static CompletableFuture<Client.Reply> limited(
            Semaphore atOnce, Client client, String method, String path, String body) {
        atOnce.acquireUninterruptibly();
        return client.sendAsync(method, path, body).whenComplete((reply, failure) -> atOnce.release());
    }

    /** What destroys have freed can be used again, to the last place and no further. */
    private static void fill(Product product, URI replica) {
        Client client = Client.product(replica, product.platformKey()).with("Prefer", "respond-async");
        Await.atMost(Duration.ofMinutes(2), "everything that was begun has ended")
                .until(() -> isQuiet(client));
        int refused = 0;
        for (int n = 0; n < LIMIT + 1; n++) {
            Client.Reply reply = client.post("/engines/provision", Client.json("user_id", "last-" + n));
            refused += reply.status() == 429 ? 1 : 0;
        }
        assertThat(refused).isPositive();
        assertThat(count(product)).isEqualTo(LIMIT);
    }

    private static boolean isQuiet(Client client) {
        return Stream.of("pending", "running")
                .allMatch(status -> client.get("/operations?status=" + status)
                        .isOk()
                        .body()
                        .at("/operations")
                        .isEmpty());
    }

    private static int count(Product product) {
        return ORCHESTRATOR
                .sql()
                .withHandle(handle -> handle.createQuery("SELECT count(*) FROM engines WHERE product_id = ?::uuid")
                        .bind(0, product.productId())
                        .mapTo(Integer.class)
                        .one());
    }

    /** Counts the product's rows as often as it can. */
    private static final class Watch {
        private final Product product;
        private final Thread thread = new Thread(this::look);
        private volatile boolean ending;
        private final AtomicInteger most = new AtomicInteger();
        private final AtomicInteger looks = new AtomicInteger();

        Watch(Product product) {
            this.product = product;
        }

        void start() {
            thread.start();
        }

        void end() {
            ending = true;
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void look() {
            while (!ending) {
                most.accumulateAndGet(count(product), Math::max);
                looks.incrementAndGet();
            }
        }

        int most() {
            return most.get();
        }

        int looks() {
            return looks.get();
        }
    }
}
