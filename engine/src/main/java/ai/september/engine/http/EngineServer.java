package ai.september.engine.http;

import ai.september.engine.brain.Brain;
import ai.september.engine.brain.TurnStore;
import ai.september.engine.config.KeyHash;
import ai.september.engine.provider.ProviderHealth;
import ai.september.engine.turn.Activity;
import ai.september.engine.turn.LeftoverTurns;
import ai.september.engine.turn.TurnRunner;
import ai.september.engine.turn.Turns;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/** The HTTP side of the engine. The port is taken at once; requests wait until it is started. */
public final class EngineServer {

    private final HttpServer server;
    private final EventStreams streams;

    private EngineServer(HttpServer server, Duration heartbeat) {
        this.server = server;
        this.streams = new EventStreams(heartbeat);
    }

    /**
     * Takes the port.
     *
     * @throws IOException if the address cannot be had
     */
    public static EngineServer bind(String host, int port, Duration heartbeat) throws IOException {
        configure();
        return new EngineServer(HttpServer.create(new InetSocketAddress(host, port), 128), heartbeat);
    }

    /** The JDK's server takes its settings from here only. */
    private static void configure() {
        // Without this each small event of a stream waits 40 ms for the client's delayed acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        // Seconds for a request to arrive; a client that dribbles must not hold a thread for ever.
        System.setProperty("sun.net.httpserver.maxReqTime", "30");
        System.setProperty("sun.net.httpserver.timerMillis", "5000");
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /** Begins to answer. */
    public void start(
            KeyHash keyHash,
            Brain brain,
            TurnStore store,
            Turns turns,
            LeftoverTurns leftovers,
            TurnRunner runner,
            ProviderHealth provider,
            Activity activity,
            long startedNanos) {
        HealthEndpoint health = new HealthEndpoint(brain, provider, turns, activity, startedNanos);
        List<Route> routes = List.of(
                new Route("GET", "/health", true, health),
                new Route("POST", "/execute", false, new ExecuteEndpoint(runner, streams)),
                new Route("GET", "/execute/replay", false, new ReplayEndpoint(turns, store, leftovers, streams)));
        RequestThreads threads = new RequestThreads(2 * EventStreams.MAX_STREAMS);
        server.createContext("/", new Router(keyHash, routes, threads));
        server.setExecutor(threads);
        server.start();
    }

    /**
     * Ends once the open streams have been sent to their end.
     *
     * @param patience with clients that do not read
     */
    public void stop(Duration patience) throws InterruptedException {
        streams.awaitNone(patience);
        // Also because the JVM's halt waits 300 ms for a thread that it finds in a selector.
        server.stop(0);
    }
}
