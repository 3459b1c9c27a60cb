package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.testing.Await;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A product changes its key again and again while its backends go on admitting, through two replicas. */
class PlatformKeyRotationIT {

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR = Orchestrator.shared();

    private static final int CALLERS = 4;
    private static final int ROTATIONS = 5;

    private final Queue<String> refused = new ConcurrentLinkedQueue<>();
    private final AtomicLong answers = new AtomicLong();
    private final AtomicBoolean stop = new AtomicBoolean();
    private volatile String key = "";

    @Test
    void nobodyIsRefusedWhoShouldPassAndAKeyThatHasExpiredPassesNowhere() {
        Product product = ORCHESTRATOR.register("rotating");
        product.provision("u");
        key = product.platformKey();
        String path = "/products/" + product.productId() + "/platform-keys";
        List<String> earlier = new ArrayList<>(List.of(product.platformKey()));
        try (Replicas replicas = new Replicas(ORCHESTRATOR.deployment(), Map.of())) {
            List<CompletableFuture<Void>> callers = new ArrayList<>();
            for (int n = 0; n < CALLERS; n++) {
                URI replica = replicas.uris().get(n % 2);
                callers.add(CompletableFuture.runAsync(() -> call(replica), task -> new Thread(task).start()));
            }
            for (int n = 0; n < ROTATIONS; n++) {
                URI replica = replicas.uris().get(n % 2);
                Await.atMost(Duration.ofSeconds(30), "the key before the last has expired")
                        .until(() -> isRotated(Client.product(replica, key), path));
                earlier.add(key);
            }
            long soFar = answers.get();
            Await.atMost(Duration.ofSeconds(30), "the last key has served for a while")
                    .until(() -> answers.get() > soFar + 200 || !refused.isEmpty());
            stop.set(true);
            callers.forEach(CompletableFuture::join);
            Await.atMost(Duration.ofSeconds(10), "all keys but the last have expired")
                    .untilAsserted(() -> {
                        for (URI replica : replicas.uris()) {
                            earlier.subList(0, ROTATIONS)
                                    .forEach(old -> Client.product(replica, old)
                                            .get("/engines")
                                            .isRefused(401, "INVALID_PLATFORM_KEY"));
                        }
                    });
        }

        System.out.printf(
                "rotation of a platform key: %d rotations, %d admits answered, %d refused%n",
                ROTATIONS, answers.get(), refused.size());
        assertThat(refused).isEmpty();
        assertThat(answers).hasValueGreaterThan(500);
        product.client().get("/engines").isRefused(401, "INVALID_PLATFORM_KEY");
        Client.product(ORCHESTRATOR.api(), key).delete("/engines/u").isOk();
    }

    /** The new key is handed to the backends at once; those that still send the one before have two seconds. */
    private boolean isRotated(Client client, String path) {
        Client.Reply made = client.post(path, "{\"overlap_s\":2}");
        if (made.status() == 409) {
            return false;
        }
        key = made.isOk().text("/platform_api_key");
        return true;
    }

    private void call(URI replica) {
        Client client = null;
        String of = "";
        while (!stop.get()) {
            String now = key;
            if (client == null || !of.equals(now)) {
                client = Client.product(replica, now);
                of = now;
            }
            Client.Reply reply = client.post("/engines/u/admit");
            if (reply.status() != 200 || !reply.body().path("admitted").asBoolean()) {
                refused.add(reply.status() + " " + reply.code());
            }
            answers.incrementAndGet();
        }
    }
}
