package ai.september.bap.activities.steps;

import ai.september.bap.registry.operation.OperationLedger;
import ai.september.bap.registry.operation.SupersededException;
import ai.september.bap.workflows.OperationRef;
import io.temporal.client.ActivityCompletionException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Watches over a step while it blocks: keeps its heartbeat, and interrupts it as soon as its workflow cancels it or its
 * operation is superseded. The fence is asked as well as the heartbeat, because heartbeats are sent rarely and a
 * successor should not have to wait for the next one.
 */
final class StepGuard implements AutoCloseable {

    private static final long TICK_MS = 1_000;

    private static final ThreadFactory THREADS = task -> {
        Thread thread = new Thread(task, "step-guard");
        thread.setDaemon(true);
        return thread;
    };

    /** Says when to look, and never blocks: neither Temporal nor the database can make the other wait, nor other steps. */
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(THREADS);

    private final ExecutorService lookouts = Executors.newCachedThreadPool(THREADS);
    private final Set<StepWatch> looking = ConcurrentHashMap.newKeySet();
    private final OperationLedger ledger;
    private volatile boolean ending;

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
     * @param drains whether it comes to its own end though its worker ends, or the attempt's patience does; else it is
     *     interrupted, and taken up again by the next
     * @param progress what the step is doing; goes with its heartbeats, for the operators who look at them
     * @throws SupersededException if it was interrupted because its operation is of the past
     * @throws ActivityCompletionException if Temporal wants it no more
     */
    <T> T run(OperationRef operation, Attempt attempt, boolean drains, Supplier<String> progress, Blocking<T> work) {
        StepWatch watch = new StepWatch(ledger, operation, attempt, progress, Thread.currentThread());
        Lookout heartbeat = new Lookout(lookouts, watch::heartbeat);
        Lookout fence = new Lookout(lookouts, watch::checkFence);
        ScheduledFuture<?> ticks = clock.scheduleAtFixedRate(
                () -> {
                    heartbeat.look();
                    fence.look();
                    if (!drains) {
                        watch.checkPatience();
                    }
                },
                TICK_MS,
                TICK_MS,
                TimeUnit.MILLISECONDS);
        try {
            if (!drains) {
                look(watch);
            }
            return work.run();
        } catch (InterruptedException interrupted) {
            throw watch.reason(interrupted);
        } catch (RuntimeException fault) {
            throw watch.reason(fault);
        } finally {
            ticks.cancel(false);
            looking.remove(watch);
            watch.stop();
        }
    }

    private void look(StepWatch watch) {
        looking.add(watch);
        if (ending) {
            watch.letGo();
        }
    }

    /** Interrupts the steps that do not drain, now and from now on. */
    void letGo() {
        ending = true;
        looking.forEach(StepWatch::letGo);
    }

    @Override
    public void close() {
        clock.shutdownNow();
        lookouts.shutdownNow();
    }
}
