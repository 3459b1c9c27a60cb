package ai.september.bap.worker.reconcile;

import ai.september.bap.activities.container.ContainerBackend;
import ai.september.bap.activities.container.ContainerId;
import ai.september.bap.activities.container.ContainerMake;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Containers of engines that have no row, whatever they do: they are removed once they are a while old, which outlives this
 * process where the backend knows when they were made; else since they were first found.
 */
final class ContainersWithoutRow implements Mendable {

    private final ContainerBackend backend;
    private final Removal removal;
    private final Duration grace;
    private final InstantSource clock;
    private final Map<ContainerId, Instant> firstSeen = new ConcurrentHashMap<>();

    ContainersWithoutRow(ContainerBackend backend, Removal removal, Duration grace, InstantSource clock) {
        this.backend = backend;
        this.removal = removal;
        this.grace = grace;
        this.clock = clock;
    }

    @Override
    public List<Finding> find(HostView view) {
        return view.containers().stream()
                .filter(container -> !view.engines().containsKey(container.engineId()))
                .map(
                        container -> new Finding(
                                Kind.CONTAINER_WITHOUT_ROW,
                                container.engineId(),
                                container.id().value(),
                                "A container of an engine that has no row: it is removed once it is a while old; its volume stays."))
                .toList();
    }

    @Override
    public Optional<Repair> mend(Finding finding) throws InterruptedException {
        ContainerId container = new ContainerId(finding.subject());
        if (clock.instant().isBefore(since(container).plus(grace))) {
            return Optional.empty();
        }
        firstSeen.remove(container);
        return removal.of(finding);
    }

    private Instant since(ContainerId container) throws InterruptedException {
        return backend.made(container)
                .map(ContainerMake::createdAt)
                .orElseGet(() -> firstSeen.computeIfAbsent(container, first -> clock.instant()));
    }
}
