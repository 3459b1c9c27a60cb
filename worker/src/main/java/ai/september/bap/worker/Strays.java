package ai.september.bap.worker;

import ai.september.bap.activities.container.ContainerBackend;
import ai.september.bap.activities.container.ContainerStatus;
import ai.september.bap.registry.engine.EngineDao;
import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.engine.EngineStatus;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.operation.EngineLock;
import ai.september.bap.registry.operation.OperationDao;
import java.time.Duration;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends, once at the start, the containers on this host that run although nothing of their engine should: it is settled in
 * {@code stopped} or {@code failed}, or there is no such engine. Volumes stay, whatever the rows say.
 */
final class Strays implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Strays.class);

    private final Jdbi jdbi;
    private final ContainerBackend backend;
    private final EngineLock lock;
    private final HostId hostId;
    private final Duration grace;

    Strays(Jdbi jdbi, ContainerBackend backend, HostId hostId, Duration grace) {
        this.jdbi = jdbi;
        this.backend = backend;
        this.lock = new EngineLock(jdbi);
        this.hostId = hostId;
        this.grace = grace;
    }

    @Override
    public void run() {
        try {
            for (ContainerStatus container : backend.list()) {
                if (container.hasToBeStopped() && isStray(container.engineId())) {
                    end(container);
                }
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    /** Asked again under the lock: who begins something with this engine now waits for it, and then makes its container anew. */
    private void end(ContainerStatus container) throws InterruptedException {
        try (EngineLock.Held held = lock.take(container.engineId())) {
            if (isStray(container.engineId())) {
                LOG.warn("container {} runs although its engine should not: it is ended", container.id());
                backend.stop(container.id(), grace);
                backend.remove(container.id());
            }
        } catch (RuntimeException failed) {
            LOG.warn("container {} could not be ended: {}", container.id(), failed.getMessage());
        }
    }

    private boolean isStray(EngineId engineId) {
        return jdbi.inTransaction(handle -> {
            // The operation before the row: one that is seen to have ended has committed what the row says.
            boolean idle = handle.attach(OperationDao.class).findOpen(engineId).isEmpty();
            Optional<EngineRow> engine = handle.attach(EngineDao.class).find(engineId);
            return idle && engine.filter(this::mayRun).isEmpty();
        });
    }

    /** An engine of another host is not this one's to judge. */
    private boolean mayRun(EngineRow engine) {
        return !engine.hostId().equals(hostId)
                || (engine.status() != EngineStatus.STOPPED && engine.status() != EngineStatus.FAILED);
    }
}
