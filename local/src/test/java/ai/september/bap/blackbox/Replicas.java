package ai.september.bap.blackbox;

import ai.september.bap.process.server.RunningServer;
import ai.september.bap.testing.Await;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Two APIs behind a balancer that hands requests out in turn, and lets one finish its requests before it is replaced: what
 * an operator has who rolls a new configuration out. Thread-safe.
 */
final class Replicas implements AutoCloseable {

    private final Deployment deployment;
    private final List<Replica> replicas;
    private final AtomicInteger turn = new AtomicInteger();

    Replicas(Deployment deployment, Map<String, String> settings) {
        this.deployment = deployment;
        this.replicas = IntStream.range(0, 2)
                .mapToObj(n -> new Replica(deployment.startApi(settings)))
                .toList();
    }

    private static final class Replica {

        private RunningServer server;
        private boolean serving = true;
        private int underWay;

        Replica(RunningServer server) {
            this.server = server;
        }

        synchronized boolean begin() {
            underWay += serving ? 1 : 0;
            return serving;
        }

        synchronized void end() {
            underWay--;
        }

        synchronized URI uri() {
            return URI.create("http://127.0.0.1:" + server.apiPort());
        }

        synchronized void takeOut() {
            serving = false;
        }

        synchronized boolean isQuiet() {
            return underWay == 0;
        }

        synchronized RunningServer server() {
            return server;
        }

        synchronized void putBack(RunningServer next) {
            server = next;
            serving = true;
        }
    }

    /** Sends a request to the one whose turn it is, or to the other while that one is out. */
    <T> T ask(Function<URI, T> request) {
        while (true) {
            Replica replica = replicas.get(Math.floorMod(turn.getAndIncrement(), replicas.size()));
            if (replica.begin()) {
                try {
                    return request.apply(replica.uri());
                } finally {
                    replica.end();
                }
            }
        }
    }

    /** Where each of them is now. */
    List<URI> uris() {
        return replicas.stream().map(Replica::uri).toList();
    }

    /** Replaces one after the other by an API with these settings; after each, {@code meanwhile} is done. */
    void roll(Map<String, String> settings, Runnable meanwhile) {
        for (Replica replica : replicas) {
            replica.takeOut();
            Await.atMost(Duration.ofSeconds(30), "its requests end").until(replica::isQuiet);
            replica.server().close();
            replica.putBack(deployment.startApi(settings));
            meanwhile.run();
        }
    }

    @Override
    public void close() {
        replicas.forEach(replica -> replica.server().close());
    }
}
