package ai.september.bap.worker.reconcile;

import static java.util.Objects.requireNonNull;

import ai.september.bap.activities.container.ContainerStatus;
import ai.september.bap.registry.engine.EngineStanding;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.workflows.EngineRun;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What there was at one look, at a host or at a single engine of it.
 *
 * @param publishesPorts whether engines of the host get a port
 * @param containers of this installation; the daemon's
 * @param volumes the engines that have one
 * @param engines how the engines stand that have a row; those of the host, and others of which something was found
 * @param runs of engines, in Temporal; empty if they are not known
 * @param runsUnknown why they are not; empty if they are
 */
record HostView(
        HostId hostId,
        boolean publishesPorts,
        List<ContainerStatus> containers,
        Set<EngineId> volumes,
        Map<EngineId, EngineStanding> engines,
        List<EngineRun> runs,
        Optional<String> runsUnknown) {

    HostView {
        requireNonNull(hostId, "hostId");
        containers = List.copyOf(containers);
        volumes = Set.copyOf(volumes);
        engines = Map.copyOf(engines);
        runs = List.copyOf(runs);
        requireNonNull(runsUnknown, "runsUnknown");
    }

    /** The engines of this host that nobody works on: of others nothing can be said. */
    Stream<EngineStanding> settled() {
        return engines.values().stream().filter(this::isSettledHere);
    }

    private boolean isSettledHere(EngineStanding engine) {
        return !engine.busy() && engine.hostId().equals(hostId);
    }

    /** Containers whose engine has a row, on this host, and is not being worked on. */
    Stream<ContainerStatus> ofSettled() {
        return containers.stream()
                .filter(container -> engines.containsKey(container.engineId()) && isSettledHere(engine(container)));
    }

    /** The row of a container that has one. */
    EngineStanding engine(ContainerStatus container) {
        return requireNonNull(engines.get(container.engineId()), "no row");
    }

    Collection<ContainerStatus> containers(EngineId engine) {
        return containers.stream()
                .filter(container -> container.engineId().equals(engine))
                .toList();
    }

    /**
     * Whether a container of an older incarnation serves an engine that should be up and has nothing newer: until it is
     * replaced it had better go on. What serves a container has no incarnation, which is 0.
     */
    boolean isLastThatServes(ContainerStatus container) {
        EngineStanding engine = engine(container);
        return container.isLive()
                && container.incarnation() > 0
                && containers(engine.engineId()).stream()
                        .noneMatch(other -> other.incarnation() >= engine.incarnation());
    }
}
