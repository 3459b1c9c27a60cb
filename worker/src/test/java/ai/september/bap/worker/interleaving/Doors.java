package ai.september.bap.worker.interleaving;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where engines are asked for their health, by HTTP. Whoever asks has a door of its own meanwhile, so that it is known whose
 * question it is, and it can wait at the gate for its answer. Thread-safe.
 */
final class Doors implements AutoCloseable {

    static {
        // Read once, when the first server is made. An answer would wait for an acknowledgement of its headers.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private static final byte[] OK = "{\"status\":\"ok\"}".getBytes(StandardCharsets.UTF_8);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Queue<Door> all = new ConcurrentLinkedQueue<>();
    private final Queue<Door> free = new ConcurrentLinkedQueue<>();
    private final Map<Gate.Actor, Door> taken = new ConcurrentHashMap<>();

    /**
     * Where that actor may ask.
     *
     * @param answers whether an engine answers then
     */
    URI of(Gate.Actor actor, BooleanSupplier answers) {
        Door door = taken.computeIfAbsent(actor, newcomer -> {
            Door next = free.poll();
            return next == null ? new Door() : next;
        });
        door.question = new Question(actor, answers);
        return door.address;
    }

    /** It does not ask any more. */
    void leave(Gate.Actor actor) {
        Door door = taken.remove(actor);
        if (door != null) {
            free.add(door);
        }
    }

    @Override
    public void close() {
        all.forEach(door -> door.server.stop(0));
        threads.shutdownNow();
    }

    private record Question(Gate.Actor actor, BooleanSupplier answers) {}

    private final class Door {

        final HttpServer server;
        final URI address;
        volatile @Nullable Question question;

        Door() {
            try {
                server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            } catch (IOException noPort) {
                throw new UncheckedIOException(noPort);
            }
            server.setExecutor(threads);
            server.createContext("/health", this::answer);
            server.start();
            address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
            all.add(this);
        }

        private void answer(HttpExchange exchange) throws IOException {
            Question asked = question;
            boolean up = false;
            if (asked != null) {
                Gate.Fate unusedFate = asked.actor().park(Gate.ASKS);
                up = asked.answers().getAsBoolean();
            }
            exchange.getResponseHeaders().set("Connection", "close");
            exchange.sendResponseHeaders(up ? 200 : 503, OK.length);
            exchange.getResponseBody().write(up ? OK : new byte[OK.length]);
            exchange.close();
        }
    }
}
