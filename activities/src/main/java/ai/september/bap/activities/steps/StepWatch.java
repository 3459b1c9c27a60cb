package ai.september.bap.activities.steps;

import ai.september.bap.registry.operation.OperationLedger;
import ai.september.bap.registry.operation.SupersededException;
import ai.september.bap.workflows.OperationRef;
import io.temporal.client.ActivityCompletionException;
import io.temporal.client.ActivityWorkerShutdownException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether one step is still wanted; interrupts its thread when it is not. */
final class StepWatch {

    private static final Logger LOG = LoggerFactory.getLogger(StepWatch.class);

    private final OperationLedger ledger;
    private final OperationRef operation;
    private final Attempt attempt;
    private final Supplier<String> progress;
    private final Thread worker;
    private @Nullable RuntimeException unwanted;
    private boolean stopped;

    StepWatch(
            OperationLedger ledger, OperationRef operation, Attempt attempt, Supplier<String> progress, Thread worker) {
        this.ledger = ledger;
        this.operation = operation;
        this.attempt = attempt;
        this.progress = progress;
        this.worker = worker;
    }

    void heartbeat() {
        try {
            attempt.heartbeat(progress.get());
        } catch (ActivityWorkerShutdownException draining) {
            LOG.debug(
                    "step of operation {}: its worker ends, the step may come to its own end", operation.operationId());
        } catch (ActivityCompletionException cancelled) {
            interrupt(cancelled);
        } catch (RuntimeException passing) {
            LOG.debug("step of operation {}: no heartbeat now", operation.operationId(), passing);
        }
    }

    void checkFence() {
        try {
            if (!ledger.isCurrent(operation.operationId())) {
                interrupt(new SupersededException(operation.operationId()));
            }
        } catch (RuntimeException passing) {
            LOG.debug("step of operation {}: cannot look after it now", operation.operationId(), passing);
        }
    }

    /** The step's worker ends. */
    void letGo() {
        interrupt(StepLeftException.workerEnds());
    }

    /** Whether the attempt has waited long enough. */
    void checkPatience() {
        if (attempt.isPatienceOver()) {
            interrupt(StepLeftException.patienceIsOver());
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
        // Not us: the worker's drain is over. The step is retried by another one.
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted by the worker's shutdown", interrupted);
    }
}
