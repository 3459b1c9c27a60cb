package ai.september.bap.activities.subprocess;

import ai.september.bap.activities.container.ExitListener;
import ai.september.bap.registry.id.EngineId;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices the end of engines' processes by looking at each of them several times a second: they are not all children of
 * this process, of whose end the system would tell. Knows those that were seen alive. Thread-safe.
 */
final class ExitSweeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ExitSweeper.class);

    private final Map<EngineId, Launch> live = new ConcurrentHashMap<>();
    private final EngineProcesses processes;
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "engine-exits");
        thread.setDaemon(true);
        return thread;
    });
    private volatile @Nullable ExitListener listener;

    ExitSweeper(EngineProcesses processes, Duration interval) {
        this.processes = processes;
        var unused = executor.scheduleWithFixedDelay(
                this::sweep, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The engine's process lives. */
    void watch(EngineId engine, Launch serving) {
        live.put(engine, serving);
    }

    /** From now on there is this listener, and no other, until what is returned is closed. */
    AutoCloseable listen(ExitListener next) {
        listener = next;
        next.mayHaveMissed();
        return () -> {
            if (listener == next) {
                listener = null;
            }
        };
    }

    private void sweep() {
        ExitListener told = listener;
        if (told == null) {
            return;
        }
        live.forEach((engine, serving) -> {
            if (hasEnded(serving) && live.remove(engine, serving)) {
                told.ended(engine);
            }
        });
    }

    private boolean hasEnded(Launch serving) {
        try {
            return processes.findLive(serving).isEmpty();
        } catch (IOException | RuntimeException unknown) {
            LOG.debug("whether an engine's process lives cannot be seen now", unknown);
            return false;
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
