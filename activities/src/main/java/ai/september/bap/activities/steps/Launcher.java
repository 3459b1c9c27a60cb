package ai.september.bap.activities.steps;

import ai.september.bap.activities.container.ContainerBackend;
import ai.september.bap.activities.container.ContainerSpec;
import ai.september.bap.activities.container.ContainerState;
import ai.september.bap.activities.container.ContainerStatus;
import ai.september.bap.activities.container.PortTakenException;
import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.operation.LaunchOrder;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.OperationLedger;
import ai.september.bap.registry.operation.SupersededException;
import ai.september.bap.workflows.Launch;
import ai.september.bap.workflows.OperationRef;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that the one container an engine should have, and no other, has a live process. Called with the engine's
 * lock held. Thread-safe.
 */
public final class Launcher {

    private static final Logger LOG = LoggerFactory.getLogger(Launcher.class);

    private final ContainerBackend backend;
    private final OperationLedger ledger;
    private final Duration stopGrace;
    private final Clock clock;

    public Launcher(ContainerBackend backend, OperationLedger ledger, Duration stopGrace, Clock clock) {
        this.clock = clock;
        this.backend = backend;
        this.ledger = ledger;
        this.stopGrace = stopGrace;
    }

    static ContainerSpec spec(LaunchOrder order) {
        EngineRow engine = order.engine();
        return new ContainerSpec(
                engine.engineId(),
                engine.productId(),
                engine.incarnation(),
                engine.image(),
                order.imageId(),
                order.port(),
                engine.effectiveKeyHash().toHex(),
                order.resources());
    }

    /** Whether the container of the engine's present incarnation is live already: an earlier attempt got that far. */
    boolean isUp(LaunchOrder order) throws InterruptedException {
        return isUp(order, backend.list(order.engine().engineId()));
    }

    private static boolean isUp(LaunchOrder order, List<ContainerStatus> present) {
        return present.stream()
                .anyMatch(container -> container.incarnation() == order.engine().incarnation() && container.isLive());
    }

    /** Whether the container of the engine's present incarnation is there, frozen. */
    boolean isFrozen(LaunchOrder order) throws InterruptedException {
        return backend.list(order.engine().engineId()).stream()
                .anyMatch(container -> container.incarnation() == order.engine().incarnation()
                        && container.state() == ContainerState.PAUSED);
    }

    /**
     * Containers of other incarnations end gracefully and go: two processes must never share a volume. One of this
     * incarnation that its daemon starts again and again is kept from it.
     */
    void endOthers(LaunchOrder order) throws InterruptedException {
        endOthers(order, backend.list(order.engine().engineId()));
    }

    private void endOthers(LaunchOrder order, List<ContainerStatus> present) throws InterruptedException {
        for (ContainerStatus container : present) {
            if (container.incarnation() != order.engine().incarnation()) {
                backend.stop(container.id(), stopGrace);
                backend.remove(container.id());
            } else if (container.state() == ContainerState.RESTARTING) {
                backend.stop(container.id(), stopGrace);
            }
        }
    }

    /**
     * The order with what its image's name means, which is put on record when it is looked up for the first time. Asked
     * before anything ends: a container whose image is no longer there could not be made again, and an engine whose brain
     * is no longer there would begin with an empty one. One that never ran has no brain to lose.
     */
    LaunchOrder prepared(OperationRef operation, LaunchOrder order) throws InterruptedException {
        if (order.engine().everRan()) {
            backend.requireVolume(order.engine().engineId());
        }
        String imageId = backend.imageId(order.engine().image(), order.imageId());
        if (!imageId.equals(order.imageId())) {
            ledger.recordImage(operation.operationId(), imageId);
        }
        return order.withImageId(imageId);
    }

    Launch launch(OperationRef operation, LaunchOrder order) throws InterruptedException {
        List<ContainerStatus> present = backend.list(order.engine().engineId());
        LaunchOrder attempt = isUp(order, present) ? order : prepared(operation, order);
        ledger.touch(operation.operationId());
        endOthers(order, present);
        for (Set<Integer> tried = new HashSet<>(); ; ) {
            ContainerStatus container = backend.createOrAdopt(spec(attempt));
            try {
                return bringUp(operation, container);
            } catch (PortTakenException taken) {
                LOG.info("port {} is held by a stranger, trying the next free one", taken.port());
                tried.add(taken.port());
                attempt = attempt.withPort(nextPort(operation, tried));
            }
        }
    }

    private int nextPort(OperationRef operation, Set<Integer> tried) {
        int next = ledger.reassignPort(operation.operationId());
        if (tried.contains(next)) {
            throw new BapException(
                    ErrorCode.PORT_EXHAUSTION,
                    "Every free engine port of the host is held by another process. Widen ORCH_PORT_MIN to ORCH_PORT_MAX"
                            + " or end what holds them.");
        }
        return next;
    }

    /**
     * Asks once more whether the launch is still wanted: making a container may take long. What was made stays for the
     * successor, which waits for the lock and disposes of what it finds. It is not taken away here: should the lock have
     * been lost with its connection, the successor may have adopted it.
     */
    private Launch bringUp(OperationRef operation, ContainerStatus container) throws InterruptedException {
        if (!ledger.isCurrent(operation.operationId())) {
            throw new SupersededException(operation.operationId());
        }
        if (container.state() == ContainerState.PAUSED) {
            backend.resume(container.id());
            // It has been up before: what its boot is given time for begins now.
            return new Launch(container.id().value(), clock.instant());
        }
        if (container.state() == ContainerState.RUNNING) {
            return new Launch(container.id().value(), adopted(operation, container));
        }
        ContainerStatus up = backend.start(container.id());
        return new Launch(up.id().value(), up.started().orElseGet(clock::instant));
    }

    /** From when on it is given time to answer: one that was up before this operation has used up none of it. */
    private Instant adopted(OperationRef operation, ContainerStatus container) {
        Instant started = container.started().orElseGet(clock::instant);
        return ledger.find(operation.operationId())
                .map(Operation::createdAt)
                .filter(started::isBefore)
                .orElse(started);
    }
}
