package ai.september.bap.activities.steps;

import ai.september.bap.registry.operation.EngineLock;
import ai.september.bap.registry.operation.OperationLedger;
import ai.september.bap.registry.operation.OperationStatus;
import ai.september.bap.registry.operation.StepName;
import ai.september.bap.registry.operation.SupersededException;
import ai.september.bap.workflows.OperationRef;
import io.temporal.client.ActivityCompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The frame of every step beside a container: lock, fence, act, fence, with the step's progress in the ledger and a
 * guard over it. A step of a superseded operation does nothing, or lets go. Thread-safe.
 */
public final class FencedStep implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FencedStep.class);

    private final OperationLedger ledger;
    private final EngineLock lock;
    private final StepGuard guard;

    public FencedStep(OperationLedger ledger, EngineLock lock) {
        this.ledger = ledger;
        this.lock = lock;
        this.guard = new StepGuard(ledger);
    }

    /** What a step does to get a result. */
    interface Work<T> {
        T run(Journal journal) throws InterruptedException;
    }

    /** What a step without a result does. */
    interface Action {
        void run(Journal journal) throws InterruptedException;
    }

    /** A step without a result that touches the engine's container. */
    void lockedAction(OperationRef operation, StepName step, Action action) {
        locked(operation, step, journal -> {
            action.run(journal);
            return step;
        });
    }

    /** A step that touches the engine's container: nobody else does meanwhile. */
    <T> T locked(OperationRef operation, StepName step, Work<T> work) {
        return framed(operation, step, journal -> {
            try (EngineLock.Held held = lock.take(operation.engineId())) {
                ledger.beginStep(operation.operationId(), step);
                T result = work.run(journal);
                requireCurrent(operation);
                return result;
            }
        });
    }

    /** As {@link #lockedAction}, of a step that ends its operation: after it there is nothing left to be current. */
    void lastAction(OperationRef operation, StepName step, Action action) {
        framed(operation, step, journal -> {
            try (EngineLock.Held held = lock.take(operation.engineId())) {
                ledger.beginStep(operation.operationId(), step);
                action.run(journal);
                return step;
            }
        });
    }

    /** A step that only looks. */
    <T> T unlocked(OperationRef operation, StepName step, Work<T> work) {
        return framed(operation, step, journal -> {
            ledger.beginStep(operation.operationId(), step);
            return work.run(journal);
        });
    }

    @Override
    public void close() {
        guard.close();
    }

    private <T> T framed(OperationRef operation, StepName step, Work<T> work) {
        try (OperationLog log = OperationLog.of(operation)) {
            Journal journal = new Journal();
            T result = guard.run(operation, () -> work.run(journal));
            ledger.endStep(operation.operationId(), step, OperationStatus.SUCCEEDED, journal.note);
            return result;
        } catch (ActivityCompletionException unwanted) {
            throw unwanted;
        } catch (SupersededException superseded) {
            LOG.info("{} let go: {}", step.wireName(), superseded.getMessage());
            throw Failures.of(superseded);
        } catch (RuntimeException fault) {
            LOG.warn("{} failed", step.wireName(), fault);
            throw Failures.of(step, fault);
        }
    }

    private void requireCurrent(OperationRef operation) {
        if (!ledger.isCurrent(operation.operationId())) {
            throw new SupersededException(operation.operationId());
        }
    }

    /** Lets a step say how it did its work. */
    static final class Journal {

        private @Nullable String note;

        void note(String text) {
            note = text;
        }
    }
}
