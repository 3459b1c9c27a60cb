package ai.september.bap.worker;

import ai.september.bap.activities.container.ContainerBackend;
import ai.september.bap.activities.container.ContainerStatus;
import ai.september.bap.registry.engine.EngineDao;
import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.operation.Lifecycle;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings back, once at the start, the engines that should be up on this host and are not. */
final class Restore {

    private static final Logger LOG = LoggerFactory.getLogger(Restore.class);

    private final Jdbi jdbi;
    private final ContainerBackend backend;
    private final Lifecycle lifecycle;
    private final HostId hostId;

    Restore(Jdbi jdbi, ContainerBackend backend, Lifecycle lifecycle, HostId hostId) {
        this.jdbi = jdbi;
        this.backend = backend;
        this.lifecycle = lifecycle;
        this.hostId = hostId;
    }

    /** Begins a start of each; the relay sees to the rest. Returns how many live engines were adopted as they are. */
    int run() throws InterruptedException {
        Set<EngineId> live = backend.list().stream()
                .filter(ContainerStatus::isLive)
                .map(ContainerStatus::engineId)
                .collect(Collectors.toSet());
        List<EngineRow> expected = jdbi.withExtension(EngineDao.class, engines -> engines.settledRunning(hostId));
        List<EngineRow> missing = expected.stream()
                .filter(engine -> !live.contains(engine.engineId()))
                .toList();
        missing.forEach(engine -> lifecycle.restore(engine.engineId()));
        int adopted = expected.size() - missing.size();
        if (!expected.isEmpty()) {
            LOG.info("{} engines run already, {} are brought back", adopted, missing.size());
        }
        return adopted;
    }
}
