package ai.september.bap.activities.monitor;

import ai.september.bap.activities.container.ContainerStatus;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.watch.Watched;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which engines that should be up have no live container, and which have. */
final class Missing {

    private Missing() {}

    /** Those without. */
    static List<Watched> of(List<Watched> roster, Collection<ContainerStatus> containers) {
        Map<EngineId, ContainerStatus> live = live(containers);
        return roster.stream().filter(engine -> find(live, engine).isEmpty()).toList();
    }

    /** Those with one, and where it is. */
    static List<Target> targets(List<Watched> roster, Collection<ContainerStatus> containers) {
        Map<EngineId, ContainerStatus> live = live(containers);
        return roster.stream()
                .flatMap(
                        engine -> find(live, engine).map(container -> new Target(engine, container.address())).stream())
                .toList();
    }

    private static Optional<ContainerStatus> find(Map<EngineId, ContainerStatus> live, Watched engine) {
        return Optional.ofNullable(live.get(engine.engineId()))
                .filter(container -> container.incarnation() == engine.incarnation());
    }

    /** Of an engine's containers the newest. */
    private static Map<EngineId, ContainerStatus> live(Collection<ContainerStatus> containers) {
        Map<EngineId, ContainerStatus> live = new HashMap<>();
        for (ContainerStatus container : containers) {
            if (container.isLive()) {
                live.merge(
                        container.engineId(),
                        container,
                        (one, other) -> one.incarnation() > other.incarnation() ? one : other);
            }
        }
        return live;
    }
}
