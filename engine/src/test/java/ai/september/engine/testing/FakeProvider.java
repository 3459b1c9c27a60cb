package ai.september.engine.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/** A provider's server on loopback: answers what it was told, in order, the last for ever; keeps what it was asked. */
public final class FakeProvider implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();

    private FakeProvider(HttpServer server) {
        this.server = server;
    }

    public static FakeProvider start() throws IOException {
        FakeProvider provider =
                new FakeProvider(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
        provider.server.createContext("/", provider::handle);
        provider.server.setExecutor(provider.threads);
        provider.server.start();
        return provider;
    }

    public FakeProvider answers(Answer... inOrder) {
        answers.clear();
        answers.addAll(List.of(inOrder));
        return this;
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    public List<Request> requests() {
        return List.copyOf(requests);
    }

    private void handle(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String key = exchange.getRequestHeaders().getFirst("x-api-key");
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        requests.add(new Request(exchange.getRequestURI().getPath(), key + " " + authorization, body));
        Answer answer = answers.size() > 1 ? answers.remove() : answers.element();
        answer.send(exchange);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    /** What was asked; the key as it came in either provider's header. */
    public record Request(String path, String key, String body) {}

    /** Sends one answer; an exception cuts the connection. */
    public interface Answer {
        void send(HttpExchange exchange) throws IOException;
    }

    public static Answer error(int status, String json) {
        return exchange -> {
            byte[] body = json.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.getResponseHeaders().set("Retry-After", "0");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        };
    }

    /** A stream that is complete as HTTP; whether it is as an answer depends on the events. */
    public static Answer stream(String... events) {
        return exchange -> {
            send(exchange, events);
            exchange.close();
        };
    }

    /** A stream whose connection is cut after these events. */
    public static Answer cut(String... events) {
        return exchange -> {
            send(exchange, events);
            throw new IOException("cut");
        };
    }

    private static void send(HttpExchange exchange, String... events) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        for (String event : events) {
            out.write(event.getBytes(StandardCharsets.UTF_8));
            out.flush();
        }
    }

    /** A stream that stops after its first events until it is let go. */
    public static Gated gated(List<String> before, List<String> after) {
        return new Gated(before, after);
    }

    /** See {@link #gated}; for one request. */
    public static final class Gated implements Answer {
        private final List<String> before;
        private final List<String> after;
        private final CountDownLatch gate = new CountDownLatch(1);

        private Gated(List<String> before, List<String> after) {
            this.before = before;
            this.after = after;
        }

        public void open() {
            gate.countDown();
        }

        @Override
        public void send(HttpExchange exchange) throws IOException {
            FakeProvider.send(exchange, before.toArray(String[]::new));
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IOException("the test is over", e);
            }
            for (String event : after) {
                exchange.getResponseBody().write(event.getBytes(StandardCharsets.UTF_8));
            }
            exchange.close();
        }
    }
}
