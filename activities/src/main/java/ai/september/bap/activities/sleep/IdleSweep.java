package ai.september.bap.activities.sleep;

import ai.september.bap.activities.container.ContainerBackend;
import ai.september.bap.activities.container.ContainerState;
import ai.september.bap.activities.container.ContainerStatus;
import ai.september.bap.activities.steps.IdleWatch;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.operation.Lifecycle;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.sleep.IdleDao;
import ai.september.bap.registry.sleep.IdleEngine;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks, once each time it is run, for engines of a host that nobody has used for as long as their product says, and begins
 * to put them to sleep. Each is asked first: one that is active by its own account is left alone, and what it said is kept,
 * so that it is not asked again before it may have become idle. Any number of these may be at work beside a host: a sleep is
 * begun once.
 */
public final class IdleSweep implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(IdleSweep.class);

    /** As many as go to sleep within a few seconds beside one worker, whose other steps have to find a place. */
    private static final int MOST = 100;

    private final ContainerBackend backend;
    private final Jdbi jdbi;
    private final IdleWatch watch;
    private final Lifecycle lifecycle;
    private final Consumer<Operation> start;
    private final HostId hostId;

    /** A sweep that has the sleeps it begins carried out by {@code start}; where that fails, the relay will. */
    public IdleSweep(
            ContainerBackend backend,
            Jdbi jdbi,
            IdleWatch watch,
            Lifecycle lifecycle,
            Consumer<Operation> start,
            HostId hostId) {
        this.backend = backend;
        this.jdbi = jdbi;
        this.watch = watch;
        this.lifecycle = lifecycle;
        this.start = start;
        this.hostId = hostId;
    }

    @Override
    public void run() {
        List<IdleEngine> idle = jdbi.withExtension(IdleDao.class, rows -> rows.candidates(hostId, MOST));
        if (idle.isEmpty()) {
            return;
        }
        try {
            Map<EngineId, ContainerStatus> containers = new HashMap<>();
            for (ContainerStatus container : backend.list()) {
                if (container.state() == ContainerState.RUNNING) {
                    containers.merge(container.engineId(), container, IdleSweep::newer);
                }
            }
            Crew.work(idle, engine -> consider(engine, containers.get(engine.engineId())));
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private static ContainerStatus newer(ContainerStatus one, ContainerStatus other) {
        return one.incarnation() > other.incarnation() ? one : other;
    }

    /** One that is not up is not this one's business. */
    private void consider(IdleEngine engine, @Nullable ContainerStatus container) throws InterruptedException {
        if (container == null || container.incarnation() != engine.incarnation()) {
            return;
        }
        if (watch.ask(container).isEmpty()) {
            lifecycle.sleep(engine.engineId(), engine.fence()).ifPresent(this::begin);
        }
    }

    private void begin(Operation sleep) {
        try {
            start.accept(sleep);
        } catch (RuntimeException temporalAway) {
            LOG.info("operation {} left to the relay: {}", sleep.operationId(), temporalAway.toString());
        }
    }
}
