package ai.september.bap.activities.docker;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What was seen a moment ago, and is taken to be so still. For few things at a time that rarely change, and where it does
 * no harm to be wrong: who relies on it is told by the daemon. Thread-safe.
 */
final class Moment<T> {

    private static final long LENGTH_NS = Duration.ofSeconds(5).toNanos();

    private final Map<T, Long> seen = new ConcurrentHashMap<>();

    /** Notes that it has just been seen. */
    void mark(T thing) {
        long now = System.nanoTime();
        seen.values().removeIf(when -> now - when >= LENGTH_NS);
        seen.put(thing, now);
    }

    boolean isNow(T thing) {
        Long when = seen.get(thing);
        return when != null && System.nanoTime() - when < LENGTH_NS;
    }

    /** Notes that it is not so any more. */
    void forget(T thing) {
        seen.remove(thing);
    }
}
