package ai.september.engine.http;

import ai.september.engine.error.EngineException;
import ai.september.engine.error.ErrorCode;
import com.sun.net.httpserver.HttpExchange;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The memory for bodies between their first byte and the start of their turn. There a body takes up to nine times its
 * size, so three large ones at once are what the heap bears; small ones take no more than their share. Thread-safe.
 */
final class BodyMemory {

    private static final int UNIT = 1024;
    private static final int LARGEST = RequestBody.MAX_BYTES / UNIT + 1;
    private static final long PATIENCE_S = 5;

    private final Semaphore free = new Semaphore(3 * LARGEST, true);

    /** What a request's body needs, to be given back; waits for it a little. */
    int take(HttpExchange exchange) {
        int units = units(exchange.getRequestHeaders().getFirst("Content-Length"));
        try {
            if (free.tryAcquire(units, PATIENCE_S, TimeUnit.SECONDS)) {
                return units;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new EngineException(
                ErrorCode.ENGINE_BUSY, "Several large bodies are arriving; send the message again in a moment.");
    }

    void giveBack(int units) {
        free.release(units);
    }

    /** Without a length, as for one that is too large, all that is ever read. */
    private static int units(@Nullable String length) {
        return length == null ? LARGEST : (int) Math.min(Long.parseLong(length) / UNIT + 1, LARGEST);
    }
}
