package ai.september.bap.activities.steps;

import ai.september.bap.registry.operation.OperationLedger;
import ai.september.bap.registry.operation.SupersededException;
import ai.september.bap.workflows.OperationRef;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.client.ActivityCompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches over a step while it blocks: keeps its heartbeat, and interrupts it as soon as its workflow cancels it or its
 * operation is superseded. The fence is asked as well as the heartbeat, because heartbeats are sent rarely and a
 * successor should not have to wait for the next one.
 */
final class StepGuard implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StepGuard.class);

    private static final long TICK_MS = 1_000;

    private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(2, task -> {
        Thread thread = new Thread(task, "step-guard");
        thread.setDaemon(true);
        return thread;
    });
    private final OperationLedger ledger;

    StepGuard(OperationLedger ledger) {
        this.ledger = ledger;
    }

    /** Something that blocks and reacts to interruption. */
    interface Blocking<T> {
        T run() throws InterruptedException;
    }

    /**
     * Runs a step's work under guard.
     *
     * @throws SupersededException if it was interrupted because its operation is of the past
     * @throws ActivityCompletionException if Temporal wants it no more
     */
    <T> T run(OperationRef operation, Blocking<T> work) {
        ActivityExecutionContext context = Activity.getExecutionContext();
        Watch watch = new Watch(operation, context, Thread.currentThread());
        ScheduledFuture<?> ticks = clock.scheduleAtFixedRate(watch, TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
        try {
            return work.run();
        } catch (InterruptedException interrupted) {
            throw watch.reason(interrupted);
        } catch (RuntimeException fault) {
            throw watch.reason(fault);
        } finally {
            ticks.cancel(false);
            watch.stop();
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }

    /** Looks once a second whether the step is still wanted. */
    private final class Watch implements Runnable {

        private final OperationRef operation;
        private final ActivityExecutionContext context;
        private final Thread worker;
        private @org.jspecify.annotations.Nullable RuntimeException unwanted;
        private boolean stopped;

        Watch(OperationRef operation, ActivityExecutionContext context, Thread worker) {
            this.operation = operation;
            this.context = context;
            this.worker = worker;
        }

        @Override
        public void run() {
            try {
                context.heartbeat(null);
                if (!ledger.isCurrent(operation.operationId())) {
                    interrupt(new SupersededException(operation.operationId()));
                }
            } catch (ActivityCompletionException cancelled) {
                interrupt(cancelled);
            } catch (RuntimeException passing) {
                LOG.debug("step of operation {}: cannot look after it now", operation.operationId(), passing);
            }
        }

        private synchronized void interrupt(RuntimeException reason) {
            if (!stopped && unwanted == null) {
                unwanted = reason;
                worker.interrupt();
            }
        }

        /** After this no interrupt comes any more; one that came too late is taken back. */
        synchronized void stop() {
            stopped = true;
            if (unwanted != null) {
                Thread.interrupted();
            }
        }

        /** Libraries wrap interruptions in faults of their own; once unwanted, the step failed because of that. */
        synchronized RuntimeException reason(RuntimeException fault) {
            return unwanted == null ? fault : unwanted;
        }

        synchronized RuntimeException reason(InterruptedException interrupted) {
            if (unwanted != null) {
                return unwanted;
            }
            // Not us: the worker is shutting down. The step is retried by another one.
            Thread.currentThread().interrupt();
            return new IllegalStateException("interrupted by the worker's shutdown", interrupted);
        }
    }
}
