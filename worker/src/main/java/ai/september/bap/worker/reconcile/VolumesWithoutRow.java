package ai.september.bap.worker.reconcile;

import ai.september.bap.activities.container.ContainerBackend;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.operation.OperationDao;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Jdbi;

/**
 * Volumes of engines that have no row. Those whose destruction is on record go; any other may be somebody's brain, and is the
 * operator's to remove.
 */
final class VolumesWithoutRow implements Mendable {

    private final Jdbi jdbi;
    private final ContainerBackend backend;

    /** Nothing will be on record of them any more, and looking takes a while. */
    private final Set<EngineId> unknown = ConcurrentHashMap.newKeySet();

    VolumesWithoutRow(Jdbi jdbi, ContainerBackend backend) {
        this.jdbi = jdbi;
        this.backend = backend;
    }

    @Override
    public List<Finding> find(HostView view) {
        // Whoever has a row again can be destroyed again.
        unknown.removeAll(view.engines().keySet());
        return view.volumes().stream()
                .filter(engine -> !view.engines().containsKey(engine))
                .map(this::finding)
                .toList();
    }

    private Finding finding(EngineId engine) {
        return isDestroyed(engine)
                ? Finding.of(
                        Kind.VOLUME_OF_THE_DESTROYED,
                        engine,
                        "The engine was destroyed and its volume is still there: it is removed.")
                : Finding.of(
                        Kind.VOLUME_WITHOUT_ROW,
                        engine,
                        "A volume of an engine of which nothing is known: it stays. Remove it by hand if nobody needs what"
                                + " is in it.");
    }

    private boolean isDestroyed(EngineId engine) {
        if (unknown.contains(engine)) {
            return false;
        }
        boolean destroyed = jdbi.withExtension(OperationDao.class, operations -> operations.isDestroyed(engine));
        if (!destroyed) {
            unknown.add(engine);
        }
        return destroyed;
    }

    @Override
    public Optional<Repair> mend(Finding finding) throws InterruptedException {
        if (!backend.list(finding.engineId()).isEmpty()) {
            return Optional.empty();
        }
        backend.removeVolume(finding.engineId());
        return Optional.of(Repair.of("removed"));
    }
}
