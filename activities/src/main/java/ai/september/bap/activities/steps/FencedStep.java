package ai.september.bap.activities.steps;

import ai.september.bap.registry.operation.EngineLock;
import ai.september.bap.registry.operation.LateStepException;
import ai.september.bap.registry.operation.OperationLedger;
import ai.september.bap.registry.operation.OperationStatus;
import ai.september.bap.registry.operation.StepName;
import ai.september.bap.registry.operation.SupersededException;
import ai.september.bap.workflows.OperationRef;
import io.temporal.client.ActivityCompletionException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
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
    private final int locksAtOnce;
    private final Semaphore locks;
    private final StepObserver observer;
    private final Supplier<Attempt> attempts;

    /**
     * Steps of one worker, for Temporal.
     *
     * @param locksAtOnce most steps that may hold or wait for an engine's lock: each keeps a database connection for it
     * @param observer is told how each attempt ends
     */
    public FencedStep(OperationLedger ledger, EngineLock lock, int locksAtOnce, StepObserver observer) {
        this(
                ledger,
                lock,
                new StepGuard(ledger),
                locksAtOnce,
                new Semaphore(locksAtOnce, true),
                observer,
                Attempt::ofTemporal);
    }

    private FencedStep(
            OperationLedger ledger,
            EngineLock lock,
            StepGuard guard,
            int locksAtOnce,
            Semaphore locks,
            StepObserver observer,
            Supplier<Attempt> attempts) {
        this.ledger = ledger;
        this.lock = lock;
        this.guard = guard;
        this.locksAtOnce = locksAtOnce;
        this.locks = locks;
        this.observer = observer;
        this.attempts = attempts;
    }

    /** The same, for steps that are done before Temporal asks for them; it ends with this. */
    FencedStep eager() {
        return new FencedStep(ledger, lock, guard, locksAtOnce, locks, observer, EagerAttempt::new);
    }

    /** What a step does to get a result. */
    interface Work<T> {
        T run(Journal journal) throws InterruptedException;
    }

    /** What is done within the frame. */
    private interface Framed<T> {
        T run(Journal journal, Attempt attempt) throws InterruptedException;
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
        return underLock(operation, step, journal -> {
            T result = work.run(journal);
            requireCurrent(operation);
            return result;
        });
    }

    /** As {@link #lockedAction}, of a step that ends its operation: after it there is nothing left to be current. */
    void lastAction(OperationRef operation, StepName step, Action action) {
        underLock(operation, step, journal -> {
            action.run(journal);
            return step;
        });
    }

    private <T> T underLock(OperationRef operation, StepName step, Work<T> work) {
        return framed(operation, step, true, (journal, attempt) -> {
            journal.waitsFor("its turn on this worker");
            locks.acquire();
            try {
                return underEngineLock(operation, step, attempt, work, journal);
            } finally {
                locks.release();
            }
        });
    }

    private <T> T underEngineLock(OperationRef operation, StepName step, Attempt attempt, Work<T> work, Journal journal)
            throws InterruptedException {
        journal.waitsFor("the engine's lock");
        try (EngineLock.Held held = lock.take(operation.engineId())) {
            journal.progress("at work, with the engine's lock");
            ledger.beginStep(operation.operationId(), step, attempt.askedAt());
            return work.run(journal);
        }
    }

    /** When what this thread is doing was asked for. */
    long askedAt() {
        return attempts.get().askedAt();
    }

    /** A step that only looks. Nothing is lost if it is interrupted, so it does not keep a worker from ending. */
    <T> T unlocked(OperationRef operation, StepName step, Work<T> work) {
        return framed(operation, step, false, (journal, attempt) -> {
            ledger.beginStep(operation.operationId(), step);
            return work.run(journal);
        });
    }

    /** Most steps that may hold or wait for an engine's lock at the same time. */
    public int locksAtOnce() {
        return locksAtOnce;
    }

    /** How many do so now. */
    public int locksUsed() {
        return locksAtOnce - locks.availablePermits();
    }

    /** How many steps wait until they may. */
    public int locksAwaited() {
        return locks.getQueueLength();
    }

    /** Interrupts the steps that only look, now and from now on: their worker ends. */
    public void letGo() {
        guard.letGo();
    }

    @Override
    public void close() {
        guard.close();
    }

    private <T> T framed(OperationRef operation, StepName step, boolean drains, Framed<T> work) {
        long began = System.nanoTime();
        StepObserver.End end = StepObserver.End.FAILED;
        try (OperationLog log = OperationLog.of(operation)) {
            Journal journal = new Journal();
            Attempt attempt = attempts.get();
            T result = guard.run(operation, attempt, drains, journal::progress, () -> work.run(journal, attempt));
            ledger.endStep(operation.operationId(), step, OperationStatus.SUCCEEDED, journal.note);
            end = StepObserver.End.SUCCEEDED;
            return result;
        } catch (ActivityCompletionException unwanted) {
            end = StepObserver.End.CANCELLED;
            throw unwanted;
        } catch (StepLeftException ending) {
            end = StepObserver.End.LEFT;
            LOG.info("{} is left to the next attempt: {}", step.wireName(), ending.getMessage());
            throw Failures.of(ending);
        } catch (SupersededException superseded) {
            end = StepObserver.End.SUPERSEDED;
            LOG.info("{} let go: {}", step.wireName(), superseded.getMessage());
            throw Failures.of(superseded);
        } catch (LateStepException late) {
            end = StepObserver.End.SUPERSEDED;
            LOG.info("{} lets go: {}", step.wireName(), late.getMessage());
            throw Failures.of(late);
        } catch (RuntimeException fault) {
            LOG.warn("{} failed", step.wireName(), fault);
            throw Failures.of(step, fault);
        } finally {
            observer.ended(step, end, Duration.ofNanos(System.nanoTime() - began));
        }
    }

    private void requireCurrent(OperationRef operation) {
        if (!ledger.isCurrent(operation.operationId())) {
            throw new SupersededException(operation.operationId());
        }
    }

    /** Lets a step say what it is doing and how it did its work; fixed words, fit for every eye. */
    static final class Journal {

        private @Nullable String note;
        private volatile String progress = "at work";

        void note(String text) {
            note = text;
        }

        /** Shown with the step's heartbeats in Temporal's UI. */
        void waitsFor(String what) {
            progress("waits for " + what);
        }

        void progress(String text) {
            progress = text;
        }

        String progress() {
            return progress;
        }
    }
}
