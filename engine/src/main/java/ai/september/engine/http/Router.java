package ai.september.engine.http;

import ai.september.engine.config.KeyHash;
import ai.september.engine.error.EngineException;
import ai.september.engine.error.ErrorCode;
import ai.september.engine.log.Log;
import ai.september.engine.turn.TurnRunner;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks the key, finds the route, and turns what goes wrong into the flat envelope. Thread-safe. */
final class Router implements HttpHandler {

    private final KeyHash keyHash;
    private final List<Route> routes;
    private final RequestThreads threads;

    Router(KeyHash keyHash, List<Route> routes, RequestThreads threads) {
        this.keyHash = keyHash;
        this.routes = List.copyOf(routes);
        this.threads = threads;
    }

    @Override
    public void handle(HttpExchange exchange) {
        try (exchange) {
            answer(exchange);
        } catch (IOException clientIsGone) {
            // Nobody is left to tell. A turn that was started goes on by itself.
            return;
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        try {
            answer(route(exchange), exchange);
        } catch (EngineException e) {
            Responses.error(exchange, e);
        } catch (RuntimeException e) {
            String id = TurnRunner.randomId();
            Log.error("request " + id + " failed unexpectedly: " + Log.trace(e));
            Responses.error(
                    exchange,
                    new EngineException(
                            ErrorCode.INTERNAL_ERROR,
                            "The engine failed; its log has this id.",
                            Map.of("id", id),
                            null));
        }
    }

    /** What follows on an answer, such as the rest of a body that was refused, may be slow again. */
    private void answer(Route route, HttpExchange exchange) throws IOException {
        threads.answers();
        try {
            route.endpoint().handle(exchange);
        } finally {
            threads.arrives();
        }
    }

    /** The key comes first: without it nobody learns even which paths there are. */
    private Route route(HttpExchange exchange) {
        Route route = ofPath(exchange.getRequestURI().getRawPath());
        String method = exchange.getRequestMethod();
        if (route == null || !route.isOpenTo(method)) {
            checkKey(exchange);
        }
        if (route == null) {
            throw new EngineException(
                    ErrorCode.NOT_FOUND, "There is /health, /execute and /execute/replay; correct the path.");
        }
        if (!route.method().equals(method)) {
            exchange.getResponseHeaders().set("Allow", route.method());
            throw new EngineException(ErrorCode.METHOD_NOT_ALLOWED, "This path takes " + route.method() + " only.");
        }
        return route;
    }

    private @Nullable Route ofPath(String path) {
        for (Route route : routes) {
            if (route.path().equals(path)) {
                return route;
            }
        }
        return null;
    }

    private void checkKey(HttpExchange exchange) {
        List<String> keys = exchange.getRequestHeaders().getOrDefault("X-Engine-Key", List.of());
        if (keys.size() != 1 || !keyHash.matches(keys.get(0))) {
            throw new EngineException(
                    ErrorCode.INVALID_ENGINE_KEY, "Send this engine's key in the header X-Engine-Key.");
        }
    }
}
