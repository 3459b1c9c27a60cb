package ai.september.bap.activities.steps;

import ai.september.bap.registry.id.OperationId;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Which wakes somebody in this process is at, so that nobody else need begin before that has ended. Thread-safe. */
final class WakesUnderWay {

    private final Map<OperationId, CountDownLatch> ends = new ConcurrentHashMap<>();

    /**
     * Says that the caller is at it; {@link #end} is owed then.
     *
     * @return whether nobody else is
     */
    boolean begin(OperationId operation) {
        return ends.putIfAbsent(operation, new CountDownLatch(1)) == null;
    }

    void end(OperationId operation) {
        CountDownLatch end = ends.remove(operation);
        if (end != null) {
            end.countDown();
        }
    }

    /** As {@link #begin}, once nobody else is at it, or the patience is over. */
    boolean beginNext(OperationId operation, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!begin(operation)) {
            CountDownLatch other = ends.get(operation);
            if (other != null && !other.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                return false;
            }
        }
        return true;
    }
}
