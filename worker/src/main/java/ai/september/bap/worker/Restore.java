package ai.september.bap.worker;

import ai.september.bap.activities.container.ContainerBackend;
import ai.september.bap.activities.container.ContainerStatus;
import ai.september.bap.registry.engine.EngineDao;
import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.operation.Lifecycle;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
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

    /**
     * Begins a start of each; the relay sees to the rest. An engine whose process lives is adopted, whatever it may answer:
     * that is judged by whoever watches over the host. Returns how many were adopted.
     */
    int run() throws InterruptedException {
        Map<EngineId, EngineRow> expected =
                jdbi.withExtension(EngineDao.class, engines -> engines.settledRunning(hostId)).stream()
                        .collect(Collectors.toMap(EngineRow::engineId, Function.identity()));
        Set<EngineId> live = backend.list().stream()
                .filter(container -> container.isLive() && isOf(expected.get(container.engineId()), container))
                .map(ContainerStatus::engineId)
                .collect(Collectors.toSet());
        List<EngineId> missing = expected.keySet().stream()
                .filter(engine -> !live.contains(engine))
                .toList();
        missing.forEach(lifecycle::restore);
        if (!expected.isEmpty()) {
            LOG.info("{} engines run already, {} are brought back", live.size(), missing.size());
        }
        return live.size();
    }

    private static boolean isOf(@Nullable EngineRow engine, ContainerStatus container) {
        return engine != null && engine.incarnation() == container.incarnation();
    }
}
