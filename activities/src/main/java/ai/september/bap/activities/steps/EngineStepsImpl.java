package ai.september.bap.activities.steps;

import ai.september.bap.activities.container.BackendException;
import ai.september.bap.activities.container.BrainMigration;
import ai.september.bap.activities.container.ContainerBackend;
import ai.september.bap.activities.container.ContainerStatus;
import ai.september.bap.registry.id.OperationId;
import ai.september.bap.registry.operation.LaunchOrder;
import ai.september.bap.registry.operation.OperationLedger;
import ai.september.bap.registry.operation.OperationStatus;
import ai.september.bap.registry.operation.StepName;
import ai.september.bap.registry.operation.Wakefulness;
import ai.september.bap.workflows.Boot;
import ai.september.bap.workflows.EngineSteps;
import ai.september.bap.workflows.FailureTypes;
import ai.september.bap.workflows.Launch;
import ai.september.bap.workflows.OperationRef;
import ai.september.bap.workflows.StepFailure;
import ai.september.bap.workflows.Suspension;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** The steps beside one container daemon. Thread-safe: different engines are worked on at once. */
public final class EngineStepsImpl implements EngineSteps {

    private final ContainerBackend backend;
    private final OperationLedger ledger;
    private final FencedStep fenced;
    private final Launcher launcher;
    private final BootWatch bootWatch;
    private final IdleWatch idleWatch;
    private final Suspender suspender;
    private final Duration stopGrace;
    private final WakesUnderWay wakes = new WakesUnderWay();

    /** Steps for Temporal. */
    public EngineStepsImpl(
            ContainerBackend backend,
            OperationLedger ledger,
            FencedStep fenced,
            Launcher launcher,
            BootWatch bootWatch,
            IdleWatch idleWatch,
            Duration stopGrace) {
        this.backend = backend;
        this.ledger = ledger;
        this.fenced = fenced;
        this.launcher = launcher;
        this.bootWatch = bootWatch;
        this.idleWatch = idleWatch;
        this.suspender = new Suspender(backend, ledger, idleWatch, stopGrace);
        this.stopGrace = stopGrace;
    }

    @Override
    public void migrateBrain(OperationRef operation) {
        migrateBrain(fenced, operation);
    }

    private void migrateBrain(FencedStep frame, OperationRef operation) {
        frame.lockedAction(operation, StepName.MIGRATE_BRAIN, journal -> {
            LaunchOrder order = ledger.order(operation.operationId());
            if (launcher.isUp(order)) {
                journal.note("the container runs already");
                return;
            }
            LaunchOrder prepared = launcher.prepared(operation, order);
            ledger.touch(operation.operationId());
            launcher.endOthers(prepared);
            BrainMigration done = migrate(operation, prepared);
            ledger.recordBrain(operation.operationId(), done.imageId());
            journal.note(done.outcome().name().toLowerCase(Locale.ROOT) + " by " + done.imageId());
        });
    }

    private BrainMigration migrate(OperationRef operation, LaunchOrder order) throws InterruptedException {
        try {
            return backend.migrateBrain(Launcher.spec(order), order.engine().brainImageId());
        } catch (BackendException failed) {
            // Its container goes with the compensation, and its output with it.
            bootWatch.keepMigrationOutput(operation);
            throw failed;
        }
    }

    @Override
    public Launch launchContainer(OperationRef operation) {
        return launchContainer(fenced, operation);
    }

    private Launch launchContainer(FencedStep frame, OperationRef operation) {
        return frame.locked(
                operation,
                StepName.LAUNCH_CONTAINER,
                journal -> launcher.launch(operation, ledger.launchOrder(operation.operationId())));
    }

    @Override
    public Boot awaitHealthy(OperationRef operation, Launch launch) {
        return awaitHealthy(fenced, operation, launch);
    }

    private Boot awaitHealthy(FencedStep frame, OperationRef operation, Launch launch) {
        return frame.unlocked(operation, StepName.AWAIT_HEALTHY, journal -> {
            journal.waitsFor("the first healthy answer");
            return bootWatch.await(operation.operationId(), launch);
        });
    }

    @Override
    public void wakeContainer(OperationRef operation) {
        boolean endIsOwed = aside(operation, id -> wakes.beginNext(id, EagerAttempt.PATIENCE.plusSeconds(1)));
        try {
            aside(operation, id -> {
                ledger.begin(id);
                return true;
            });
            bringUp(fenced, operation);
        } catch (ApplicationFailure failure) {
            // Another attempt may have brought the engine up, and not have been heard of.
            if (!failure.getType().equals(FailureTypes.SUPERSEDED) || !hasSucceeded(operation)) {
                throw failure;
            }
        } finally {
            if (endIsOwed) {
                wakes.end(operation.operationId());
            }
        }
    }

    /** What {@link #wakeContainer} does, before Temporal asks for it; no-op if anybody has begun. */
    public void wakeEagerly(OperationRef operation) {
        if (!wakes.begin(operation.operationId())) {
            return;
        }
        try {
            if (aside(operation, ledger::tryBegin)) {
                bringUp(fenced.eager(), operation);
            }
        } finally {
            wakes.end(operation.operationId());
        }
    }

    private void bringUp(FencedStep frame, OperationRef operation) {
        boolean frozen = aside(operation, id -> launcher.isFrozen(ledger.order(id)));
        if (!frozen) {
            migrateBrain(frame, operation);
        }
        Boot boot = awaitHealthy(frame, operation, launchContainer(frame, operation));
        aside(operation, id -> {
            ledger.running(id, frame.askedAt(), boot.durationMs(), boot.healthyAt());
            return true;
        });
    }

    private boolean hasSucceeded(OperationRef operation) {
        return aside(
                operation,
                id -> ledger.find(id)
                        .filter(found -> found.status() == OperationStatus.SUCCEEDED)
                        .isPresent());
    }

    /** What is looked up or written down between steps. */
    private interface Look {
        boolean at(OperationId operation) throws InterruptedException;
    }

    private static boolean aside(OperationRef operation, Look look) {
        try (OperationLog log = OperationLog.of(operation)) {
            return look.at(operation.operationId());
        } catch (RuntimeException fault) {
            throw Failures.of(StepName.LAUNCH_CONTAINER, fault);
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted by the worker's shutdown", ending);
        }
    }

    @Override
    public void stopContainer(OperationRef operation) {
        fenced.lockedAction(operation, StepName.STOP_CONTAINER, journal -> {
            ledger.touch(operation.operationId());
            journal.waitsFor("the engine's processes to end");
            stopAllButWhatIsWell(operation);
        });
    }

    @Override
    public Suspension suspendContainer(OperationRef operation) {
        Optional<Wakefulness> awake = fenced.unlocked(
                operation,
                StepName.CONFIRM_IDLE,
                journal -> suspender.isBegun(operation)
                        ? Optional.empty()
                        : idleWatch.whyAwake(operation, journal::waitsFor));
        return awake.map(Suspension::none)
                .orElseGet(() -> fenced.locked(
                        operation, StepName.SUSPEND_CONTAINER, journal -> suspender.suspend(operation, journal::note)));
    }

    @Override
    public void removeContainer(OperationRef operation) {
        fenced.lockedAction(operation, StepName.REMOVE_CONTAINER, journal -> {
            ledger.touch(operation.operationId());
            removeAll(operation);
        });
    }

    @Override
    public void removeVolume(OperationRef operation) {
        fenced.lockedAction(operation, StepName.REMOVE_VOLUME, journal -> {
            // A launch that came too late may have made one since.
            removeAll(operation);
            ledger.recordBrain(operation.operationId(), null);
            backend.removeVolume(operation.engineId());
        });
    }

    @Override
    public void settle(OperationRef operation, StepFailure reason) {
        fenced.lastAction(operation, StepName.SETTLE, journal -> {
            ledger.touch(operation.operationId());
            stopAll(operation);
            removeAll(operation);
            ledger.settled(operation.operationId(), reason.toFailure());
        });
    }

    /** An engine that was lost with its host may have served all the time. */
    private void stopAllButWhatIsWell(OperationRef operation) throws InterruptedException {
        if (!ledger.isOfLost(operation.operationId())) {
            stopAll(operation);
            return;
        }
        for (ContainerStatus container : backend.list(operation.engineId())) {
            if (!bootWatch.isUp(container)) {
                backend.stop(container.id(), stopGrace);
            }
        }
    }

    private void stopAll(OperationRef operation) throws InterruptedException {
        for (ContainerStatus container : backend.list(operation.engineId())) {
            backend.stop(container.id(), stopGrace);
        }
    }

    private void removeAll(OperationRef operation) throws InterruptedException {
        for (ContainerStatus container : backend.list(operation.engineId())) {
            backend.remove(container.id());
        }
    }
}
