package ai.september.bap.activities.subprocess;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the logs of all containers within their limits, and notes when they were printed, by looking at each of them again
 * and again. Thread-safe.
 */
final class LogSweeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LogSweeper.class);

    private static final long UNKNOWN = -1;

    /** Each with its size as it was noted last. */
    private final Map<OutputLog, Long> logs = new ConcurrentHashMap<>();

    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "engine-output");
        thread.setDaemon(true);
        return thread;
    });

    LogSweeper(Duration interval) {
        var unused = executor.scheduleWithFixedDelay(
                this::sweep, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    void watch(OutputLog log) {
        logs.putIfAbsent(log, UNKNOWN);
    }

    void forget(OutputLog log) {
        logs.remove(log);
    }

    /** What is read of a log. */
    interface Reading<T> {
        T read() throws IOException;
    }

    /** Reads while no log is changed. */
    synchronized <T> T undisturbed(Reading<T> reading) throws IOException {
        return reading.read();
    }

    private void sweep() {
        logs.keySet().forEach(this::sweep);
    }

    private synchronized void sweep(OutputLog log) {
        try {
            Long noted = logs.get(log);
            if (noted != null) {
                long size = log.sweep(noted);
                logs.replace(log, size);
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("engine output {} could not be looked after", log.file(), e);
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
