package ai.september.bap.worker;

import ai.september.bap.activities.container.ContainerBackend;
import ai.september.bap.activities.container.ContainerStatus;
import ai.september.bap.registry.engine.EngineDao;
import ai.september.bap.registry.engine.EngineStanding;
import ai.september.bap.registry.engine.EngineStatus;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.operation.EngineLock;
import ai.september.bap.registry.operation.OperationDao;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes, again and again, what is on this host and no engine's any more: containers that a call left behind which was not
 * heard of again, or a worker that died, and volumes of engines whose destruction is on record. Any other volume without an
 * engine may be somebody's brain: it is told of once, and stays.
 */
final class Strays implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Strays.class);

    private static final int INTERVAL_MS = 60_000;

    private final Jdbi jdbi;
    private final ContainerBackend backend;
    private final EngineLock lock;
    private final HostId hostId;
    private final Duration grace;
    private final Set<EngineId> toldOf = new HashSet<>();

    Strays(Jdbi jdbi, ContainerBackend backend, HostId hostId, Duration grace) {
        this.jdbi = jdbi;
        this.backend = backend;
        this.lock = new EngineLock(jdbi);
        this.hostId = hostId;
        this.grace = grace;
    }

    /** About a minute, and another one for each worker: those of a host that began together do not look together. */
    static Duration interval() {
        return Duration.ofMillis(ThreadLocalRandom.current().nextInt(INTERVAL_MS * 3 / 4, INTERVAL_MS * 5 / 4));
    }

    /** What is there is asked before what should be: a row is committed before anything of its engine is made. */
    @Override
    public void run() {
        try {
            Collection<ContainerStatus> containers = backend.list();
            Set<EngineId> volumes = new HashSet<>(backend.volumes());
            volumes.removeAll(toldOf);
            Set<EngineId> engines = new HashSet<>(volumes);
            containers.forEach(container -> engines.add(container.engineId()));
            Map<EngineId, EngineStanding> standing = standing(engines);
            for (ContainerStatus container : containers) {
                if (isStray(container, standing.get(container.engineId()), containers)) {
                    underLock(container.engineId(), () -> end(container));
                }
            }
            volumes.removeAll(standing.keySet());
            for (EngineId engine : volumes) {
                underLock(engine, () -> dispose(engine));
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private Map<EngineId, EngineStanding> standing(Set<EngineId> engines) {
        return jdbi.withExtension(EngineDao.class, dao -> dao.standing(engines)).stream()
                .collect(Collectors.toMap(EngineStanding::engineId, Function.identity()));
    }

    /**
     * Whether it is nobody's, whatever it does, or lives though its engine should not.
     *
     * @param all its engine's containers, and perhaps others
     */
    private boolean isStray(
            ContainerStatus container, @Nullable EngineStanding engine, Collection<ContainerStatus> all) {
        if (engine == null) {
            return true;
        }
        // An engine of another host is not this one's to judge; what serves a container has no incarnation, which is 0.
        boolean ours = !engine.busy() && engine.hostId().equals(hostId);
        boolean down = engine.status() == EngineStatus.STOPPED || engine.status() == EngineStatus.FAILED;
        boolean past = container.incarnation() < engine.incarnation() && !(serves(container) && isLast(engine, all));
        return ours && (down ? past || container.hasToBeStopped() : past);
    }

    private static boolean serves(ContainerStatus container) {
        return container.isLive() && container.incarnation() > 0;
    }

    /** An engine that should be up has nothing newer: the next operation replaces what it has, and until then it serves. */
    private static boolean isLast(EngineStanding engine, Collection<ContainerStatus> all) {
        return all.stream()
                .noneMatch(other ->
                        other.engineId().equals(engine.engineId()) && other.incarnation() >= engine.incarnation());
    }

    private interface Work {
        void run() throws InterruptedException;
    }

    /** Who begins something with the engine meanwhile waits for the lock, and then makes anew what it needs. */
    private void underLock(EngineId engine, Work work) throws InterruptedException {
        try (EngineLock.Held held = lock.take(engine)) {
            work.run();
        } catch (RuntimeException failed) {
            LOG.warn("what is left of engine {} could not be removed: {}", engine, failed.getMessage());
        }
    }

    /** Both are asked again: the container, and what it should be. */
    private void end(ContainerStatus seen) throws InterruptedException {
        List<ContainerStatus> all = backend.list(seen.engineId());
        Optional<ContainerStatus> container =
                all.stream().filter(one -> one.id().equals(seen.id())).findFirst();
        Map<EngineId, EngineStanding> standing = standing(Set.of(seen.engineId()));
        if (container.isPresent() && isStray(container.get(), standing.get(seen.engineId()), all)) {
            LOG.warn(
                    "container {} should not be there, {}: it is removed",
                    seen.id(),
                    container.get().state());
            backend.stop(seen.id(), grace);
            backend.remove(seen.id());
        }
    }

    private void dispose(EngineId engine) throws InterruptedException {
        if (!backend.volumes().contains(engine) || !standing(Set.of(engine)).isEmpty()) {
            return;
        }
        if (jdbi.withExtension(OperationDao.class, operations -> operations.isDestroyed(engine))) {
            LOG.warn("the volume of engine {}, which was destroyed, is still there: it is removed", engine);
            backend.removeVolume(engine);
        } else {
            toldOf.add(engine);
            LOG.warn(
                    "there is a volume of engine {}, of which nothing is known: it stays, remove it by hand if nobody"
                            + " needs what is in it",
                    engine);
        }
    }
}
