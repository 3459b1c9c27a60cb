package ai.september.bap.worker.reconcile;

import ai.september.bap.registry.engine.EngineStatus;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.operation.Repairs;
import java.util.List;
import java.util.Optional;

/** Rows on their way to somewhere though no operation takes them there: a destroy is resumed, a provision has failed. */
final class StuckRows implements Mendable {

    private final Repairs repairs;
    private final HostId hostId;

    StuckRows(Repairs repairs, HostId hostId) {
        this.repairs = repairs;
        this.hostId = hostId;
    }

    @Override
    public List<Finding> find(HostView view) {
        return view.settled()
                .filter(engine ->
                        engine.status() == EngineStatus.PROVISIONING || engine.status() == EngineStatus.DESTROYING)
                .map(engine -> Finding.of(
                        Kind.ROW_STUCK,
                        engine.engineId(),
                        "The engine is %s and no operation is under way: %s."
                                .formatted(
                                        engine.status().wireName(),
                                        engine.status() == EngineStatus.DESTROYING
                                                ? "its destruction is resumed"
                                                : "it has failed")))
                .toList();
    }

    @Override
    public Optional<Repair> mend(Finding finding) {
        if (repairs.failProvision(finding.engineId(), finding.facts(hostId, "failed"))) {
            return Optional.of(Repair.recorded("failed"));
        }
        return repairs.resumeDestroy(finding.engineId(), finding.facts(hostId, "resumed"))
                ? Optional.of(Repair.recorded("resumed"))
                : Optional.empty();
    }
}
