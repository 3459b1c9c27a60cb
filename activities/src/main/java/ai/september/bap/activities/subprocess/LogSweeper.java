package ai.september.bap.activities.subprocess;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the logs of all containers within their limits, by looking at each of them again and again. Thread-safe. */
final class LogSweeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LogSweeper.class);

    private final Set<OutputLog> logs = ConcurrentHashMap.newKeySet();
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
        logs.add(log);
    }

    void forget(OutputLog log) {
        logs.remove(log);
    }

    private void sweep() {
        logs.forEach(LogSweeper::rotate);
    }

    private static void rotate(OutputLog log) {
        try {
            log.rotateIfLarge();
        } catch (IOException | RuntimeException e) {
            LOG.warn("engine output {} could not be rotated", log.file(), e);
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
