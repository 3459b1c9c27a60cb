package ai.september.engine.http;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;

/**
 * A path and the one method that it takes.
 *
 * @param open whether that needs no key
 */
record Route(String method, String path, boolean open, Endpoint endpoint) {

    boolean isOpenTo(String requestMethod) {
        return open && method.equals(requestMethod);
    }

    /** What answers a route. An {@code EngineException} becomes the flat envelope; an {@code IOException} means the client is gone. */
    interface Endpoint {
        void handle(HttpExchange exchange) throws IOException;
    }
}
