package ai.september.bap.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;

/** A product with users that are new, each as long as it is measured. Thread-safe. */
final class Product {

    private static final String UNLIMITED = "{}";
    private static final Duration SLEEP_WITHIN = Duration.ofMinutes(2);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final Api api;
    private final String id;
    private final String key;
    private final AtomicInteger users = new AtomicInteger();

    /** Registers it; without any limit. */
    Product(Orchestrator orchestrator) throws IOException, InterruptedException {
        this.api = orchestrator.api();
        JsonNode product = api.registered("bench", UNLIMITED);
        this.id = product.path("product_id").asText();
        this.key = product.path("platform_api_key").asText();
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

    /**
     * Gives itself a policy by which its engines fall asleep, waits until so many sleep, and takes it back: so nobody falls
     * asleep while others are woken.
     *
     * @param policy with an {@code idle_timeout_s}
     */
    void putToSleep(String policy, int engines) throws IOException, InterruptedException {
        api.replacePolicy(id, policy);
        long end = System.nanoTime() + SLEEP_WITHIN.toNanos();
        while (api.count(key, "sleeping") < engines) {
            if (System.nanoTime() > end) {
                throw new IOException(api.count(key, "sleeping") + " of " + engines + " engines have fallen asleep");
            }
            Thread.sleep(PAUSE.toMillis());
        }
        api.replacePolicy(id, UNLIMITED);
    }

    /** Admits its user, which wakes it, and waits for the answer; the engine with the times of that. */
    Engine wake(Engine engine) throws IOException, InterruptedException {
        Instant sent = Instant.now();
        long start = System.nanoTime();
        api.wake(key, engine.user());
        return new Engine(engine.user(), engine.id(), sent, Duration.ofNanos(System.nanoTime() - start));
    }

    void destroy(Engine engine) throws IOException, InterruptedException {
        api.destroy(key, engine.user());
    }
}
