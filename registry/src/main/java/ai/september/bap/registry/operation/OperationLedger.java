package ai.september.bap.registry.operation;

import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.engine.EngineStatus;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.health.EngineHealthDao;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.OperationId;
import ai.september.bap.registry.id.Slug;
import ai.september.bap.registry.product.Policy;
import ai.september.bap.registry.product.Product;
import ai.september.bap.registry.product.ProductDao;
import ai.september.bap.registry.product.Resources;
import ai.september.bap.registry.product.SleepMode;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Where the carrying out of an operation is written down, by those who carry it out. Every method is one transaction
 * that checks the fence under the engine's row lock: for an operation that ended or was superseded it changes nothing
 * and throws {@link SupersededException}. A state change, the operation's end and its audit row commit together.
 *
 * <p>Thread-safe. Every method may be repeated.
 */
public final class OperationLedger {

    private final Jdbi jdbi;
    private final Consumer<Operation> onEnd;

    public OperationLedger(Jdbi jdbi) {
        this(jdbi, ended -> {});
    }

    /** A ledger that tells {@code onEnd} of each operation that it ended, after the commit. */
    public OperationLedger(Jdbi jdbi, Consumer<Operation> onEnd) {
        this.jdbi = jdbi;
        this.onEnd = onEnd;
    }

    public Optional<Operation> find(OperationId operationId) {
        return jdbi.withExtension(OperationDao.class, operations -> operations.find(operationId));
    }

    /** The product that an operation is of, by the name that operators know. */
    public Slug productOf(Operation operation) {
        return jdbi.withExtension(ProductDao.class, products -> products.find(operation.productId()))
                .orElseThrow()
                .slug();
    }

    /** What the product that an operation is of says now. */
    public Policy policyOf(OperationId operationId) {
        return jdbi.inTransaction(handle -> handle.attach(OperationDao.class)
                .find(operationId)
                .flatMap(operation -> handle.attach(ProductDao.class).find(operation.productId()))
                .map(Product::policy)
                .orElseThrow(() -> new SupersededException(operationId)));
    }

    /** Whether the operation is open and still the engine's latest. */
    public boolean isCurrent(OperationId operationId) {
        return jdbi.withExtension(OperationDao.class, operations -> operations.isCurrent(operationId));
    }

    /** Whether the operation recovers an engine that was lost with its host: it may be well, and then is left alone. */
    public boolean isOfLost(OperationId operationId) {
        return jdbi.withHandle(handle -> handle.attach(OperationDao.class)
                .find(operationId)
                .filter(operation -> operation.kind() == OperationKind.RECOVER)
                .filter(operation -> handle.attach(EngineHealthDao.class).isLost(operation.engineId()))
                .isPresent());
    }

    /** Marks the operation as under way. Repeating it is harmless. */
    public void begin(OperationId operationId) {
        inFence(operationId, fenced -> fenced.operations.begin(operationId));
    }

    /**
     * As {@link #begin}, for somebody who leaves it to whoever has begun already.
     *
     * @return whether nobody had
     */
    public boolean tryBegin(OperationId operationId) {
        return jdbi.inTransaction(handle -> new Fenced(handle, operationId).operations.tryBegin(operationId) > 0);
    }

    /** Notes the Temporal run that carries the operation out; no-op if the operation has ended. */
    public void recordRun(OperationId operationId, String runId) {
        jdbi.useExtension(OperationDao.class, operations -> operations.recordRun(operationId, runId));
    }

    /** What the engine's container is like. */
    public LaunchOrder order(OperationId operationId) {
        return jdbi.inTransaction(handle -> order(new Fenced(handle, operationId)));
    }

    private static LaunchOrder order(Fenced fenced) {
        Resources resources = fenced.engines.resources(fenced.engine.engineId()).orElse(Resources.USUAL);
        return LaunchOrder.of(fenced.engine, resources);
    }

    /**
     * What to launch. An engine that has lost its port gets one: whoever recovers it does not ask for one beforehand.
     *
     * @throws BapException {@code PORT_EXHAUSTION} if it needs one and none is free
     */
    public LaunchOrder launchOrder(OperationId operationId) {
        return jdbi.inTransaction(handle -> {
            Fenced fenced = new Fenced(handle, operationId);
            if (fenced.engine.port() != null) {
                return order(fenced);
            }
            Lifecycle.assignPort(handle, fenced.engine);
            return order(new Fenced(handle, operationId));
        });
    }

    /**
     * Shows a step as under way.
     *
     * @throws SupersededException if the operation is of the past
     */
    public void beginStep(OperationId operationId, StepName step) {
        jdbi.useTransaction(handle -> {
            notWorthAnFsync(handle);
            OperationDao operations = handle.attach(OperationDao.class);
            // Held first: a step that began beside the end of its operation would stay open for ever.
            if (operations.holdCurrent(operationId).isEmpty()) {
                throw new SupersededException(operationId);
            }
            // An extra step, for example of a compensation, is not in the plan: then nothing is shown.
            operations.beginStep(operationId, step);
        });
    }

    /**
     * As {@link #beginStep(OperationId, StepName)}, of a step that has the engine's lock. Of the same operation, too, an attempt
     * that comes late must not undo what was done since: a stop that was given up for lost must not end what the launch after
     * it has started.
     *
     * @param askedAt when the attempt was asked for, in milliseconds by Temporal's clock
     * @throws SupersededException if the operation is of the past
     * @throws LateStepException if an attempt that was asked for later has begun
     */
    public void beginStep(OperationId operationId, StepName step, long askedAt) {
        jdbi.useTransaction(handle -> {
            notWorthAnFsync(handle);
            OperationDao operations = handle.attach(OperationDao.class);
            boolean late = operations.advance(operationId, askedAt) == 0;
            if (operations.holdCurrent(operationId).isEmpty()) {
                throw new SupersededException(operationId);
            }
            if (late) {
                throw new LateStepException(operationId);
            }
            operations.beginStep(operationId, step);
        });
    }

    /** Shows how a step went. */
    public void endStep(OperationId operationId, StepName step, OperationStatus status, @Nullable String note) {
        jdbi.useTransaction(handle -> {
            notWorthAnFsync(handle);
            handle.attach(OperationDao.class).endStep(operationId, step, status, note);
        });
    }

    /** Keeps the last output of an engine that died; it is shown in the operation's error, should it fail. */
    public void recordOutput(OperationId operationId, String maskedOutput) {
        jdbi.useExtension(OperationDao.class, operations -> operations.recordOutput(operationId, maskedOutput));
    }

    /** Records what the name of the engine's image means to the engine, from now on. */
    public void recordImage(OperationId operationId, String imageId) {
        inFence(operationId, fenced -> fenced.engines.recordImage(fenced.engine.engineId(), imageId));
    }

    /** Records which image brought the brain to its present schema; null when the brain is gone. */
    public void recordBrain(OperationId operationId, @Nullable String imageId) {
        inFence(operationId, fenced -> {
            fenced.engines.recordBrain(fenced.engine.engineId(), imageId);
            if (fenced.operation.engineOutput() != null) {
                // Of an attempt that failed before this one: it would be shown with errors it has nothing to do with.
                fenced.operations.recordOutput(operationId, null);
            }
        });
    }

    /**
     * Gives the engine the next free port of its host above its present one, or the lowest when there is none above.
     *
     * @throws BapException {@code PORT_EXHAUSTION} if no other port is free
     */
    public int reassignPort(OperationId operationId) {
        return jdbi.inTransaction(handle -> {
            Fenced fenced = new Fenced(handle, operationId);
            int present = Optional.ofNullable(fenced.engine.port()).orElse(0);
            fenced.engines.lockResources(fenced.engine.hostId());
            int next = fenced.engines
                    .lowestFreePort(fenced.engine.hostId(), present)
                    .or(() -> fenced.engines.lowestFreePort(fenced.engine.hostId(), 0))
                    .orElseThrow(() -> new BapException(
                            ErrorCode.PORT_EXHAUSTION,
                            "Every free engine port of the host is held by another process. Widen ORCH_PORT_MIN to"
                                    + " ORCH_PORT_MAX or end what holds them."));
            fenced.engines.assignPort(fenced.engine.engineId(), next);
            return next;
        });
    }

    /** Ends a provision, start, wake or recovery: the engine runs. */
    public void running(OperationId operationId, int bootMs, Instant healthyAt) {
        inFence(operationId, fenced -> running(fenced, bootMs, healthyAt));
    }

    private static void running(Fenced fenced, int bootMs, Instant healthyAt) {
        fenced.engines.running(fenced.engine.engineId(), bootMs, healthyAt);
        if (fenced.operation.kind() == OperationKind.PROVISION) {
            fenced.products.countProvision(fenced.operation.productId());
        }
        fenced.audit.with("boot_ms", bootMs);
        fenced.succeed(EngineStatus.RUNNING);
    }

    /**
     * As the other, by an attempt that may come late: one that was asked for later may have ended the engine's processes since.
     *
     * @param askedAt as in {@link #beginStep(OperationId, StepName, long)}
     * @throws LateStepException if an attempt that was asked for later has begun
     */
    public void running(OperationId operationId, long askedAt, int bootMs, Instant healthyAt) {
        inFence(operationId, fenced -> {
            if (fenced.operations.isLate(operationId, askedAt)) {
                throw new LateStepException(operationId);
            }
            running(fenced, bootMs, healthyAt);
        });
    }

    /**
     * Ends a rotation: the engine runs with the new key, which replaces the old one.
     *
     * @throws BapException {@code UNAVAILABLE} if the new key has been taken back, so that what runs has the old one
     */
    public void rotated(OperationId operationId, int bootMs, Instant healthyAt) {
        inFence(operationId, fenced -> {
            if (fenced.engines.adoptPendingKey(fenced.engine.engineId()) == 0) {
                throw new BapException(
                        ErrorCode.UNAVAILABLE,
                        "The new key had been taken back before the rotation ended; the old key stays. Repeat the"
                                + " request.");
            }
            fenced.engines.running(fenced.engine.engineId(), bootMs, healthyAt);
            fenced.succeed(EngineStatus.RUNNING);
        });
    }

    /** Ends a stop: no process of the engine lives. */
    public void stopped(OperationId operationId) {
        inFence(operationId, fenced -> {
            fenced.engines.settle(fenced.engine.engineId(), EngineStatus.STOPPED);
            fenced.succeed(EngineStatus.STOPPED);
        });
    }

    /** Ends a sleep: the engine is frozen, or no process of it lives. */
    public void asleep(OperationId operationId, SleepMode mode) {
        inFence(operationId, fenced -> {
            fenced.engines.asleep(fenced.engine.engineId(), mode);
            fenced.audit.with("mode", mode.wireName());
            fenced.succeed(EngineStatus.SLEEPING);
        });
    }

    /** Takes a sleep back: the engine runs on, and nothing has been done to it. */
    public void staysAwake(OperationId operationId, Wakefulness reason) {
        inFence(operationId, fenced -> {
            fenced.audit.with("reason", reason.wireName());
            fenced.close(OperationStatus.CANCELLED, null, null, EngineStatus.RUNNING);
        });
    }

    /** Ends a destroy: container and volume are gone, and now the row. */
    public void destroyed(OperationId operationId) {
        inFence(operationId, fenced -> {
            fenced.products.countDestroy(fenced.operation.productId());
            fenced.succeed(EngineStatus.DESTROYING);
            fenced.engines.delete(fenced.engine.engineId());
            fenced.eraseIfAsked();
        });
    }

    /**
     * Takes a rotation back: the old key again, in a container that has to be made anew. What was under way for the new
     * key has failed.
     */
    public void revertRotation(OperationId operationId) {
        inFence(operationId, fenced -> {
            fenced.engines.revertRotation(fenced.engine.engineId());
            fenced.operations.endOpenSteps(operationId, OperationStatus.FAILED);
        });
    }

    /** Ends a rotation or a sleep that failed or was cancelled with the engine running, on its old key. */
    public void oldKeyStays(
            OperationId operationId, OperationStatus outcome, Failure failure, int bootMs, Instant healthyAt) {
        inFence(operationId, fenced -> {
            fenced.engines.running(fenced.engine.engineId(), bootMs, healthyAt);
            fenced.end(outcome, failure, EngineStatus.RUNNING);
        });
    }

    /**
     * Notes that from now on something may be done to the engine's container or volume. Durable when it returns.
     *
     * @throws SupersededException if the operation is of the past
     */
    public void touch(OperationId operationId) {
        jdbi.useExtension(OperationDao.class, operations -> {
            if (operations.touch(operationId) == 0 && !operations.isCurrent(operationId)) {
                throw new SupersededException(operationId);
            }
        });
    }

    /**
     * Ends an operation that failed or was cancelled, if nothing was touched: the engine is again what it was.
     *
     * @return whether that is so; if not, nothing has changed
     */
    public boolean endUntouched(OperationId operationId, OperationStatus outcome, Failure failure) {
        return inFence(operationId, fenced -> {
            if (fenced.operations.lock(operationId).orElseThrow().touched()) {
                return;
            }
            EngineStatus before = fenced.operation.previousStatus();
            fenced.engines.withdrawRotation(fenced.engine.engineId());
            fenced.engines.settle(fenced.engine.engineId(), before);
            fenced.end(outcome, failure, before);
        });
    }

    /** Ends an operation that failed; what it made has been removed as far as possible, and the engine is {@code failed}. */
    public void failed(OperationId operationId, Failure failure) {
        endWithoutEngine(operationId, OperationStatus.FAILED, failure, false);
    }

    /**
     * Ends an operation that an operator ended in Temporal, its containers gone: a stop or a sleep has then reached its
     * aim, everything else leaves the engine {@code failed}.
     */
    public void settled(OperationId operationId, Failure reason) {
        endWithoutEngine(operationId, OperationStatus.CANCELLED, reason, true);
    }

    /** Ends an operation that an operator ended in Temporal, its containers out of reach: the engine is {@code failed}. */
    public void cancelled(OperationId operationId, Failure reason) {
        endWithoutEngine(operationId, OperationStatus.CANCELLED, reason, false);
    }

    private void endWithoutEngine(
            OperationId operationId, OperationStatus outcome, Failure failure, boolean containersGone) {
        inFence(operationId, fenced -> {
            EngineId engine = fenced.engine.engineId();
            fenced.engines.revertRotation(engine);
            EngineStatus after = containersGone ? withoutContainers(fenced.operation.kind()) : EngineStatus.FAILED;
            switch (after) {
                case STOPPED -> fenced.engines.settle(engine, after);
                case SLEEPING -> fenced.engines.asleep(engine, SleepMode.STOP);
                default -> {
                    fenced.engines.failed(engine, failure.code().name(), failure.message());
                    fenced.engines.freePortIfNeverRan(engine);
                }
            }
            fenced.end(outcome, failure, after);
            if (outcome == OperationStatus.FAILED && isToRecover(fenced.operation)) {
                Recoveries.begin(fenced.handle(), fenced.engine, failure);
            }
        });
    }

    private static EngineStatus withoutContainers(OperationKind kind) {
        return switch (kind) {
            case STOP -> EngineStatus.STOPPED;
            case SLEEP -> EngineStatus.SLEEPING;
            default -> EngineStatus.FAILED;
        };
    }

    /** An engine that was up, and that nobody who waits for the end of the operation would bring up again. */
    private static boolean isToRecover(Operation operation) {
        return switch (operation.kind()) {
            case WAKE, ROTATE_KEY, SLEEP -> true;
            case START -> operation.actor().equals(Actor.SYSTEM.name());
            case PROVISION, STOP, DESTROY, RECOVER -> false;
        };
    }

    /** Returns whether the operation has ended by it. */
    private boolean inFence(OperationId operationId, Fenced.Work work) {
        return Fenced.run(jdbi, onEnd, operationId, work);
    }

    /** Steps are for onlookers; the operation's end, which is durable, settles them anyway. */
    private static void notWorthAnFsync(Handle handle) {
        handle.execute("SET LOCAL synchronous_commit = off");
    }
}
