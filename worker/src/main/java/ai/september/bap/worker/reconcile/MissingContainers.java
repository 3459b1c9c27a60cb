package ai.september.bap.worker.reconcile;

import ai.september.bap.activities.container.ContainerStatus;
import ai.september.bap.registry.engine.EngineStatus;
import java.util.List;

/** Running engines of which nothing lives. They are brought back by whoever watches the engines' health. */
final class MissingContainers implements Disagreement {

    @Override
    public List<Finding> find(HostView view) {
        return view.settled()
                .filter(engine -> engine.status() == EngineStatus.RUNNING
                        && view.containers(engine.engineId()).stream().noneMatch(ContainerStatus::hasToBeStopped))
                .map(engine -> Finding.of(
                        Kind.CONTAINER_MISSING,
                        engine.engineId(),
                        "The engine is running as its row says, and no container of it lives: it is brought back."))
                .toList();
    }
}
