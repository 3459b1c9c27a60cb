package ai.september.bap.activities.steps;

import ai.september.bap.registry.id.OperationId;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.OperationKind;
import ai.september.bap.registry.operation.OperationLedger;
import ai.september.bap.workflows.FailureTypes;
import ai.september.bap.workflows.OperationRef;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wakes engines as soon as their operations are committed: thawing takes milliseconds, and Temporal's way to the step many
 * times that. It is the same step, done once before it is asked for. One that has failed, or waits too long for its engine, is
 * given to Temporal, which goes on from there; for one that was lost with its worker a relay does that, and for one that nobody
 * has begun, because too many are under way, whoever began the operation. Thread-safe.
 */
public final class EagerWakes implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EagerWakes.class);

    private static final long IDLE_S = 30;

    /** What one that is interrupted may still need. */
    private static final long LAST_S = 5;

    private final OperationLedger ledger;
    private final EngineStepsImpl steps;
    private final Consumer<Operation> starter;
    private final Duration end;
    private final ThreadPoolExecutor threads;
    private final AtomicLong stoppedAt = new AtomicLong();

    /**
     * Those of one host.
     *
     * @param steps the host's
     * @param starter gives an operation to Temporal; may throw
     * @param atOnce most that are under way at the same time
     * @param end how long those under way may take once this is stopped or closed
     */
    public EagerWakes(
            OperationLedger ledger, EngineStepsImpl steps, Consumer<Operation> starter, int atOnce, Duration end) {
        this.starter = starter;
        this.ledger = ledger;
        this.steps = steps;
        this.end = end;
        AtomicInteger number = new AtomicInteger();
        this.threads = new ThreadPoolExecutor(0, atOnce, IDLE_S, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
            Thread thread = new Thread(task, "eager-wake-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /** A wake has begun on this host. Returns at once. */
    public void begun(OperationId operation) {
        try {
            threads.execute(() -> wake(operation));
        } catch (RejectedExecutionException busy) {
            LOG.debug("operation {} is not begun here: enough wakes are under way, or the worker ends", operation);
        }
    }

    private void wake(OperationId operation) {
        try {
            ledger.find(operation)
                    .filter(found -> found.kind() == OperationKind.WAKE)
                    .ifPresent(this::wake);
        } catch (RuntimeException failed) {
            LOG.info("operation {} is left to others: {}", operation, failed.toString());
        }
    }

    private void wake(Operation operation) {
        try {
            steps.wakeEagerly(OperationRef.to(operation));
        } catch (ApplicationFailure failed) {
            if (failed.getType().equals(FailureTypes.SUPERSEDED)) {
                return;
            }
            LOG.info("operation {} is given to Temporal: {}", operation.operationId(), failed.getOriginalMessage());
            starter.accept(operation);
        }
    }

    /** Begins no others from now on; from now on counts the time that those under way may take. */
    public void stop() {
        stoppedAt.compareAndSet(0, System.nanoTime());
        threads.shutdown();
    }

    @Override
    public void close() {
        stop();
        try {
            long left = end.toNanos() - (System.nanoTime() - stoppedAt.get());
            if (!threads.awaitTermination(left, TimeUnit.NANOSECONDS)) {
                LOG.info(
                        "wakes still under way after {} s are interrupted; they will be taken up again",
                        end.toSeconds());
                threads.shutdownNow();
                if (!threads.awaitTermination(LAST_S, TimeUnit.SECONDS)) {
                    LOG.warn("a wake is still under way");
                }
            }
        } catch (InterruptedException impatient) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
