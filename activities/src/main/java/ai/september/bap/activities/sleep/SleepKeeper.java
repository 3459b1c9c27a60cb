package ai.september.bap.activities.sleep;

import ai.september.bap.activities.container.ContainerBackend;
import ai.september.bap.activities.container.ContainerState;
import ai.september.bap.activities.container.ContainerStatus;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.operation.EngineLock;
import ai.september.bap.registry.operation.Lifecycle;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.product.SleepMode;
import ai.september.bap.registry.sleep.Sleeper;
import ai.september.bap.registry.sleep.Sleepers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it, once each time it is run, that the sleepers of a host sleep as their rows say. One that has been frozen for
 * long enough is stopped. One that was frozen and is not any more, because its worker ended it, or its container daemon was
 * restarted and brought it up, goes on sleeping with its processes ended: what was in its memory is lost anyway. One that
 * has slept so long that its product wants it destroyed is destroyed, a day after that was announced. Any number of these
 * may be at work beside a host.
 */
public final class SleepKeeper implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(SleepKeeper.class);

    private final ContainerBackend backend;
    private final Sleepers sleepers;
    private final EngineLock lock;
    private final Lifecycle lifecycle;
    private final Consumer<Operation> start;
    private final HostId hostId;
    private final Duration stopGrace;

    /** A keeper that has the destroys it begins carried out by {@code start}; where that fails, the relay will. */
    public SleepKeeper(
            ContainerBackend backend,
            Sleepers sleepers,
            EngineLock lock,
            Lifecycle lifecycle,
            Consumer<Operation> start,
            HostId hostId,
            Duration stopGrace) {
        this.backend = backend;
        this.sleepers = sleepers;
        this.lock = lock;
        this.lifecycle = lifecycle;
        this.start = start;
        this.hostId = hostId;
        this.stopGrace = stopGrace;
    }

    @Override
    public void run() {
        try {
            keepAsleep();
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            return;
        }
        sleepers.announce(hostId);
        sleepers.doomed(hostId).forEach(engine -> lifecycle.destroyIdle(engine).ifPresent(this::begin));
        sleepers.forgetLostReplicas();
    }

    /** Rows before containers: what is seen to run was brought up after its row had said that it sleeps, or is asked again. */
    private void keepAsleep() throws InterruptedException {
        List<Sleeper> all = sleepers.of(hostId);
        if (all.isEmpty()) {
            return;
        }
        Map<EngineId, List<ContainerStatus>> containers =
                backend.list().stream().collect(Collectors.groupingBy(ContainerStatus::engineId));
        Crew.work(
                all.stream()
                        .filter(sleeper ->
                                !isAsItShould(sleeper, containers.getOrDefault(sleeper.engineId(), List.of())))
                        .toList(),
                this::stop);
    }

    private static boolean isAsItShould(Sleeper sleeper, List<ContainerStatus> containers) {
        boolean alive = containers.stream().anyMatch(ContainerStatus::hasToBeStopped);
        return sleeper.mode() == SleepMode.STOP ? !alive : isFrozen(sleeper, containers) && !sleeper.due();
    }

    private static boolean isFrozen(Sleeper sleeper, List<ContainerStatus> containers) {
        return containers.stream()
                .anyMatch(container ->
                        container.incarnation() == sleeper.incarnation() && container.state() == ContainerState.PAUSED);
    }

    /** Whoever wakes it meanwhile waits for the lock, and starts what was stopped. */
    private void stop(Sleeper sleeper) throws InterruptedException {
        try (EngineLock.Held held = lock.take(sleeper.engineId())) {
            if (!sleepers.isAsLeft(sleeper)) {
                return;
            }
            List<ContainerStatus> containers = backend.list(sleeper.engineId());
            String reason = isFrozen(sleeper, containers) ? "pause_to_stop" : "not_frozen";
            if (sleeper.mode() != SleepMode.PAUSE || !sleeper.due() || !isFrozen(sleeper, containers)) {
                LOG.info(
                        "engine {} sleeps, but was found as {}: its processes are ended",
                        sleeper.engineId(),
                        containers);
            }
            for (ContainerStatus container : containers) {
                if (container.hasToBeStopped()) {
                    backend.stop(container.id(), stopGrace);
                }
            }
            sleepers.stopped(sleeper, reason);
        }
    }

    private void begin(Operation destroy) {
        try {
            start.accept(destroy);
        } catch (RuntimeException temporalAway) {
            LOG.info("operation {} left to the relay: {}", destroy.operationId(), temporalAway.toString());
        }
    }
}
