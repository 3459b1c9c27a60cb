package ai.september.bap.worker.reconcile;

import ai.september.bap.activities.container.ContainerBackend;
import ai.september.bap.activities.container.ContainerStatus;
import ai.september.bap.registry.engine.EngineDao;
import ai.september.bap.registry.engine.EngineStanding;
import ai.september.bap.registry.host.HostDao;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.workflows.EngineRun;
import ai.september.bap.workflows.EngineRuns;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at a host. What is there is asked before what should be: a row is committed before anything of its engine is made,
 * and an operation before its run. A daemon that does not answer is a failure of the look; a Temporal that does not leaves
 * its runs unknown. Thread-safe.
 */
final class HostViews {

    private static final Logger LOG = LoggerFactory.getLogger(HostViews.class);

    private final Jdbi jdbi;
    private final ContainerBackend backend;
    private final EngineRuns runs;
    private final HostId hostId;
    private volatile String complaint = "";

    HostViews(Jdbi jdbi, ContainerBackend backend, EngineRuns runs, HostId hostId) {
        this.jdbi = jdbi;
        this.backend = backend;
        this.runs = runs;
        this.hostId = hostId;
    }

    HostId hostId() {
        return hostId;
    }

    HostView ofHost() throws InterruptedException {
        List<ContainerStatus> containers = backend.list();
        Set<EngineId> volumes = backend.volumes();
        Optional<List<EngineRun>> open = openRuns();
        Set<EngineId> seen = new HashSet<>(volumes);
        containers.forEach(container -> seen.add(container.engineId()));
        open.ifPresent(found -> found.forEach(run -> seen.add(run.engineId())));
        return view(
                containers,
                volumes,
                jdbi.withExtension(EngineDao.class, dao -> dao.standing(hostId, seen)),
                open.orElse(List.of()),
                open.isPresent() ? Optional.empty() : Optional.of(complaint));
    }

    /** The same of a single engine, without its runs. */
    HostView of(EngineId engine) throws InterruptedException {
        List<ContainerStatus> containers = backend.list(engine);
        Set<EngineId> volumes = backend.volumes().contains(engine) ? Set.of(engine) : Set.of();
        return view(
                containers,
                volumes,
                jdbi.withExtension(EngineDao.class, dao -> dao.standing(Set.of(engine))),
                List.of(),
                Optional.of("not asked for"));
    }

    private HostView view(
            List<ContainerStatus> containers,
            Set<EngineId> volumes,
            Collection<EngineStanding> engines,
            List<EngineRun> open,
            Optional<String> runsUnknown) {
        Map<EngineId, EngineStanding> byId =
                engines.stream().collect(Collectors.toMap(EngineStanding::engineId, Function.identity()));
        boolean publishesPorts = jdbi.withExtension(HostDao.class, hosts -> hosts.publishesPorts(hostId));
        return new HostView(hostId, publishesPorts, containers, volumes, byId, open, runsUnknown);
    }

    private Optional<List<EngineRun>> openRuns() {
        try {
            List<EngineRun> open = runs.open();
            complaint = "";
            return Optional.of(open);
        } catch (RuntimeException unavailable) {
            String reason = "Temporal does not list its open runs: " + unavailable.getMessage();
            if (!reason.equals(complaint)) {
                LOG.warn("runs without an operation are not looked for. {}", reason);
            }
            complaint = reason;
            return Optional.empty();
        }
    }
}
