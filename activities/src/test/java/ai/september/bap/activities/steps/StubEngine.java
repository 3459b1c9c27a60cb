package ai.september.bap.activities.steps;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** The least that counts as an engine that is up: it answers {@code /health} with ok. Also a program of its own. */
final class StubEngine {

    private static final byte[] OK = "{\"status\":\"ok\",\"subsystems\":{}}".getBytes(StandardCharsets.UTF_8);

    private StubEngine() {}

    public static void main(String[] none) throws IOException {
        serve(Integer.parseInt(System.getenv("ENGINE_PORT")), () -> {});
    }

    /** Answers at a port of 127.0.0.1, each time after doing something else. */
    static HttpServer serve(int port, Runnable before) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/health", exchange -> {
            before.run();
            exchange.sendResponseHeaders(200, OK.length);
            exchange.getResponseBody().write(OK);
            exchange.close();
        });
        server.start();
        return server;
    }
}
