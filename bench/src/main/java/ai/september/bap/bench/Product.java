package ai.september.bap.bench;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;

/** A product with users that are new, each as long as it is measured. Thread-safe. */
final class Product {

    private final Api api;
    private final String key;
    private final AtomicInteger users = new AtomicInteger();

    /** Registers it; without any limit. */
    Product(Orchestrator orchestrator) throws IOException, InterruptedException {
        this.api = orchestrator.api();
        this.key = api.register("bench", "{}");
    }

    /**
     * A user's engine.
     *
     * @param took from the request for it to the answer
     */
    record Engine(String user, String id, Instant sent, Duration took) {

        Instant answered() {
            return sent.plus(took);
        }
    }

    /** Provisions a new user's engine, and waits for the answer. */
    Engine provision() throws IOException, InterruptedException {
        String user = "user-" + users.incrementAndGet();
        Instant sent = Instant.now();
        long start = System.nanoTime();
        String id = api.provision(key, user);
        return new Engine(user, id, sent, Duration.ofNanos(System.nanoTime() - start));
    }

    void stop(Engine engine) throws IOException, InterruptedException {
        api.command(key, engine.user(), "stop");
    }

    void start(Engine engine) throws IOException, InterruptedException {
        api.command(key, engine.user(), "start");
    }

    void rotateKey(Engine engine) throws IOException, InterruptedException {
        api.command(key, engine.user(), "rotate-key");
    }

    void destroy(Engine engine) throws IOException, InterruptedException {
        api.destroy(key, engine.user());
    }
}
