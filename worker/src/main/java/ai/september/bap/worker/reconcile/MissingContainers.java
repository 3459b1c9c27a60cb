package ai.september.bap.worker.reconcile;

import ai.september.bap.activities.container.ContainerStatus;
import ai.september.bap.registry.engine.EngineStatus;
import ai.september.bap.registry.id.EngineId;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Running engines of which nothing lives. They are brought back by whoever watches the engines' health. */
final class MissingContainers implements Disagreement {

    @Override
    public List<Finding> find(HostView view) {
        Set<EngineId> alive = view.containers().stream()
                .filter(ContainerStatus::hasToBeStopped)
                .map(ContainerStatus::engineId)
                .collect(Collectors.toSet());
        return view.settled()
                .filter(engine -> engine.status() == EngineStatus.RUNNING && !alive.contains(engine.engineId()))
                .map(engine -> Finding.of(
                        Kind.CONTAINER_MISSING,
                        engine.engineId(),
                        "The engine is running as its row says, and no container of it lives: it is brought back."))
                .toList();
    }
}
