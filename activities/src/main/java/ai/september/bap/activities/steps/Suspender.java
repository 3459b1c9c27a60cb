package ai.september.bap.activities.steps;

import ai.september.bap.activities.container.ContainerBackend;
import ai.september.bap.activities.container.ContainerState;
import ai.september.bap.activities.container.ContainerStatus;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.OperationLedger;
import ai.september.bap.registry.operation.Wakefulness;
import ai.september.bap.registry.product.Policy;
import ai.september.bap.registry.product.SleepMode;
import ai.september.bap.workflows.OperationRef;
import ai.september.bap.workflows.Suspension;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Freezes an engine, or ends its processes, unless it turns out to be in use. Called with the engine's lock held. Thread-safe. */
final class Suspender {

    private static final Logger LOG = LoggerFactory.getLogger(Suspender.class);

    private final ContainerBackend backend;
    private final OperationLedger ledger;
    private final IdleWatch watch;
    private final Duration stopGrace;
    private final AtomicBoolean toldOfReclaim = new AtomicBoolean();

    Suspender(ContainerBackend backend, OperationLedger ledger, IdleWatch watch, Duration stopGrace) {
        this.backend = backend;
        this.ledger = ledger;
        this.watch = watch;
        this.stopGrace = stopGrace;
    }

    /** Whether an earlier attempt has got so far that the engine does not run as it did: it is brought to its end then. */
    boolean isBegun(OperationRef operation) throws InterruptedException {
        return isTouched(operation)
                && container(operation)
                        .filter(status -> status.state() == ContainerState.RUNNING)
                        .isEmpty();
    }

    /**
     * Suspends the engine. What is not sure any more after the touch is asked again: before it any admit calls the sleep
     * off, after it none is answered without a wake.
     *
     * @param notes is told what else was done
     */
    Suspension suspend(OperationRef operation, Consumer<String> notes) throws InterruptedException {
        Policy policy = ledger.policyOf(operation.operationId());
        SleepMode mode = policy.sleepMode() == null ? SleepMode.PAUSE : policy.sleepMode();
        Optional<ContainerStatus> found = container(operation);
        if (found.isEmpty() || found.get().state() != ContainerState.RUNNING) {
            return isTouched(operation) ? finish(found, mode) : Suspension.none(Wakefulness.NOT_ANSWERING);
        }
        ContainerStatus container = found.get();
        Optional<Wakefulness> awake = watch.ask(container).or(() -> watch.whyAwake(operation));
        if (awake.isPresent()) {
            return Suspension.none(awake.get());
        }
        ledger.touch(operation.operationId());
        awake = watch.ask(container).or(() -> watch.whyAwake(operation));
        return awake.isPresent() ? Suspension.none(awake.get()) : suspend(container, mode, policy, notes);
    }

    private Suspension suspend(ContainerStatus container, SleepMode mode, Policy policy, Consumer<String> notes)
            throws InterruptedException {
        if (mode == SleepMode.STOP) {
            backend.stop(container.id(), stopGrace);
        } else {
            backend.pause(container.id());
        }
        notes.accept(
                mode == SleepMode.PAUSE && Boolean.TRUE.equals(policy.memoryReclaim())
                        ? mode.wireName() + ", " + reclaim(container)
                        : mode.wireName());
        return Suspension.in(mode);
    }

    /** It sleeps whatever comes of this. */
    private String reclaim(ContainerStatus container) throws InterruptedException {
        try {
            String came = backend.reclaimMemory(container.id());
            if (!came.startsWith("reclaimed") && !toldOfReclaim.getAndSet(true)) {
                LOG.warn("memory_reclaim is asked for by a product, and does not work here: {}", came);
            }
            return came;
        } catch (RuntimeException failed) {
            LOG.warn("memory of engine {} was not reclaimed: {}", container.engineId(), failed.toString());
            return "memory not reclaimed";
        }
    }

    /** What an earlier attempt left: a frozen engine sleeps, and so does one whose processes have ended. */
    private Suspension finish(Optional<ContainerStatus> found, SleepMode mode) throws InterruptedException {
        boolean frozen =
                found.filter(status -> status.state() == ContainerState.PAUSED).isPresent();
        if (frozen && mode == SleepMode.PAUSE) {
            return Suspension.in(SleepMode.PAUSE);
        }
        if (found.isPresent() && found.get().hasToBeStopped()) {
            backend.stop(found.get().id(), stopGrace);
        }
        return Suspension.in(SleepMode.STOP);
    }

    private boolean isTouched(OperationRef operation) {
        return ledger.find(operation.operationId()).filter(Operation::touched).isPresent();
    }

    private Optional<ContainerStatus> container(OperationRef operation) throws InterruptedException {
        int incarnation = ledger.order(operation.operationId()).engine().incarnation();
        return backend.list(operation.engineId()).stream()
                .filter(container -> container.incarnation() == incarnation)
                .findFirst();
    }
}
