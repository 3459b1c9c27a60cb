package ai.september.engine.http;

import ai.september.engine.error.EngineException;
import ai.september.engine.json.Json;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Whole JSON answers. */
final class Responses {

    /** So much of an unread body is swallowed, so that its sender gets to read the answer. */
    private static final int MAX_DRAIN = 4 * 1024 * 1024;

    private Responses() {}

    static void json(HttpExchange exchange, int status, Map<String, ?> object) throws IOException {
        byte[] body = Json.write(object).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, head ? -1 : body.length);
        if (!head) {
            exchange.getResponseBody().write(body);
        }
    }

    static void error(HttpExchange exchange, EngineException error) throws IOException {
        drain(exchange.getRequestBody());
        if (error.httpStatus() == 503) {
            exchange.getResponseHeaders().set("Retry-After", "1");
        }
        json(exchange, error.httpStatus(), error.envelope().toJson());
    }

    private static void drain(InputStream body) throws IOException {
        byte[] buffer = new byte[8192];
        int left = MAX_DRAIN;
        int read = 0;
        while (left > 0 && read >= 0) {
            read = body.read(buffer);
            left -= read;
        }
    }
}
