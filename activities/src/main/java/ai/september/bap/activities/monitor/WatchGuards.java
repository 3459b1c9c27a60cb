package ai.september.bap.activities.monitor;

import io.temporal.activity.ActivityExecutionContext;
import io.temporal.client.ActivityCompletionException;
import io.temporal.client.ActivityWorkerShutdownException;
import io.temporal.failure.ApplicationFailure;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the heartbeat of a watch, and interrupts it when Temporal wants it no more or its worker ends. A Temporal that is
 * away does not end it: what is begun meanwhile is in the registry, and started later. Thread-safe.
 */
final class WatchGuards {

    private static final Logger LOG = LoggerFactory.getLogger(WatchGuards.class);

    private static final long TICK_MS = 500;

    private final Set<Guard> guards = ConcurrentHashMap.newKeySet();
    private volatile boolean ending;

    /** Guards what the calling thread does from now on, until it is closed. */
    Guard over(ActivityExecutionContext context) {
        Guard guard = new Guard(context, Thread.currentThread());
        guards.add(guard);
        if (ending) {
            guard.letGo();
        }
        return guard;
    }

    /** Ends all that is guarded, now and from now on. */
    void letGo() {
        ending = true;
        guards.forEach(Guard::letGo);
    }

    /** Over one watch. */
    final class Guard implements AutoCloseable {

        private final ActivityExecutionContext context;
        private final Thread watcher;
        private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "watch-guard");
            thread.setDaemon(true);
            return thread;
        });
        private volatile String progress = "begins";
        private @Nullable RuntimeException unwanted;
        private boolean closed;

        private Guard(ActivityExecutionContext context, Thread watcher) {
            this.context = context;
            this.watcher = watcher;
            var unusedUntilClosed = clock.scheduleAtFixedRate(this::heartbeat, 0, TICK_MS, TimeUnit.MILLISECONDS);
        }

        /** What goes with the heartbeats, for the operators who look at them. */
        void progress(String text) {
            progress = text;
        }

        private void heartbeat() {
            try {
                context.heartbeat(progress);
            } catch (ActivityWorkerShutdownException ends) {
                letGo();
            } catch (ActivityCompletionException noLongerOurs) {
                interrupt(noLongerOurs);
            } catch (RuntimeException passing) {
                LOG.debug("no heartbeat now", passing);
            }
        }

        private void letGo() {
            interrupt(ApplicationFailure.newFailure("the worker ends; the next one goes on watching", "WORKER_ENDS"));
        }

        private synchronized void interrupt(RuntimeException reason) {
            if (!closed && unwanted == null) {
                unwanted = reason;
                watcher.interrupt();
            }
        }

        /** Throws why the watch is to end, if it is. */
        synchronized void requireWanted() {
            if (unwanted != null) {
                throw unwanted;
            }
        }

        /** Why the watch was interrupted. */
        synchronized RuntimeException reason() {
            if (unwanted != null) {
                return unwanted;
            }
            Thread.currentThread().interrupt();
            return ApplicationFailure.newFailure("interrupted by the worker's shutdown", "WORKER_ENDS");
        }

        @Override
        public synchronized void close() {
            closed = true;
            clock.shutdownNow();
            guards.remove(this);
            if (unwanted != null) {
                boolean unusedTakenBack = Thread.interrupted();
            }
        }
    }
}
