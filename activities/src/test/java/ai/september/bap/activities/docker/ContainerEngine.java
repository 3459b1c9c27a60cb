package ai.september.bap.activities.docker;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** The least that counts as an engine that is up: it answers {@code /health} with ok. A program of its own, in an image. */
final class ContainerEngine {

    private static final int PORT = 8000;
    private static final byte[] OK = "{\"status\":\"ok\",\"subsystems\":{}}".getBytes(StandardCharsets.UTF_8);

    private ContainerEngine() {}

    public static void main(String[] none) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(PORT), 0);
        server.createContext("/health", exchange -> {
            exchange.sendResponseHeaders(200, OK.length);
            exchange.getResponseBody().write(OK);
            exchange.close();
        });
        server.start();
        System.out.println("serving");
    }
}
