package ai.september.bap.worker.reconcile;

import ai.september.bap.registry.engine.EngineStanding;
import ai.september.bap.registry.engine.EngineStatus;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.operation.Repairs;
import java.util.List;
import java.util.Optional;

/** Ports held by rows of engines that should have none: those that never ran, and all that are down where none are published. */
final class LeakedPorts implements Mendable {

    private final Repairs repairs;
    private final HostId hostId;

    LeakedPorts(Repairs repairs, HostId hostId) {
        this.repairs = repairs;
        this.hostId = hostId;
    }

    @Override
    public List<Finding> find(HostView view) {
        return view.settled()
                .filter(engine -> engine.port() != null && shouldHaveNone(engine, view.publishesPorts()))
                .map(engine -> Finding.of(
                        Kind.PORT_LEAKED,
                        engine.engineId(),
                        "The engine is %s and holds port %d, which it should not: the port is freed."
                                .formatted(engine.status().wireName(), engine.port())))
                .toList();
    }

    private static boolean shouldHaveNone(EngineStanding engine, boolean publishesPorts) {
        boolean neverRan = engine.status() == EngineStatus.FAILED && !engine.everRan();
        return neverRan || (engine.isDown() && !publishesPorts);
    }

    @Override
    public Optional<Repair> mend(Finding finding) {
        return repairs.freePort(finding.engineId(), finding.facts(hostId, "freed"))
                ? Optional.of(Repair.recorded("freed"))
                : Optional.empty();
    }
}
