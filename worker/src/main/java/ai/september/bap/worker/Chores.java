package ai.september.bap.worker;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs what has to be done again and again; one that fails says so and is tried again at its next turn. */
final class Chores implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Chores.class);

    private static final int THREADS = 7;
    private static final int END_WITHIN_S = 10;

    private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(THREADS, task -> {
        Thread thread = new Thread(task, "worker-chore");
        thread.setDaemon(true);
        return thread;
    });

    void every(Duration interval, Runnable chore) {
        ScheduledFuture<?> unusedUntilClosed =
                clock.scheduleWithFixedDelay(() -> attempt(chore), 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Once, as soon as there is a thread for it; not at all once this is closed. */
    void soon(Runnable chore) {
        try {
            clock.execute(() -> attempt(chore));
        } catch (RejectedExecutionException closed) {
            LOG.debug("no more chores", closed);
        }
    }

    private static void attempt(Runnable chore) {
        try {
            chore.run();
        } catch (RuntimeException passing) {
            LOG.warn("{} failed: {}", chore.getClass().getSimpleName(), passing.toString());
        } catch (Throwable grave) {
            // What leaves here ends the chore for ever, and nobody would hear of it.
            LOG.error("{} failed gravely", chore.getClass().getSimpleName(), grave);
        }
    }

    @Override
    public void close() {
        clock.shutdown();
        try {
            if (!clock.awaitTermination(END_WITHIN_S, TimeUnit.SECONDS)) {
                clock.shutdownNow();
            }
        } catch (InterruptedException e) {
            clock.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
