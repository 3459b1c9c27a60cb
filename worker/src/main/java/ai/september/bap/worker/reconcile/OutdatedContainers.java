package ai.september.bap.worker.reconcile;

import ai.september.bap.activities.container.ContainerBackend;
import ai.september.bap.activities.container.ContainerMake;
import ai.september.bap.activities.container.ContainerStatus;
import ai.september.bap.registry.engine.EngineDao;
import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.engine.EngineStanding;
import ai.september.bap.registry.engine.EngineStatus;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.operation.Repairs;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Live containers that go by another key or port than their row says, or serve from an older incarnation while there is
 * nothing newer. A running engine gets another one, by an operation; a sleeping one gets it when it wakes.
 */
final class OutdatedContainers implements Mendable {

    private final Jdbi jdbi;
    private final ContainerBackend backend;
    private final Removal removal;
    private final Repairs repairs;
    private final HostId hostId;

    OutdatedContainers(Jdbi jdbi, ContainerBackend backend, Removal removal, HostId hostId) {
        this.jdbi = jdbi;
        this.backend = backend;
        this.removal = removal;
        this.repairs = new Repairs(jdbi);
        this.hostId = hostId;
    }

    @Override
    public List<Finding> find(HostView view) throws InterruptedException {
        List<Finding> findings = new ArrayList<>();
        for (ContainerStatus container : view.ofSettled().toList()) {
            EngineStanding engine = view.engine(container);
            if (container.isLive() && !engine.isDown()) {
                if (container.incarnation() == engine.incarnation()) {
                    findings.addAll(differences(container, engine));
                } else if (engine.status() == EngineStatus.RUNNING && view.isLastThatServes(container)) {
                    findings.add(finding(Kind.CONTAINER_OF_THE_PAST, container, "is of an older incarnation"));
                }
            }
        }
        return findings;
    }

    private List<Finding> differences(ContainerStatus container, EngineStanding engine) throws InterruptedException {
        Optional<ContainerMake> made = backend.made(container.id());
        List<Finding> findings = new ArrayList<>();
        if (made.isPresent()) {
            if (!engine.keyHash().toHex().equals(made.get().keyHash())) {
                findings.add(finding(Kind.KEY_DIFFERS, container, "goes by another key than its row's"));
            }
            if (!Objects.equals(engine.port(), made.get().port())) {
                findings.add(finding(
                        Kind.PORT_DIFFERS,
                        container,
                        "is published at port %s, while its row says %s"
                                .formatted(text(made.get().port()), text(engine.port()))));
            }
        }
        return findings;
    }

    private static String text(@Nullable Integer port) {
        return port == null ? "none" : port.toString();
    }

    private static Finding finding(Kind kind, ContainerStatus container, String fault) {
        return new Finding(
                kind,
                container.engineId(),
                container.id().value(),
                "The engine's container " + fault + ": it is made anew.");
    }

    @Override
    public Optional<Repair> mend(Finding finding) throws InterruptedException {
        Optional<EngineRow> engine = jdbi.withExtension(EngineDao.class, engines -> engines.find(finding.engineId()));
        if (engine.isEmpty()) {
            return Optional.empty();
        }
        if (engine.get().status() == EngineStatus.SLEEPING) {
            return removal.of(finding);
        }
        return repairs.recreate(finding.engineId(), engine.get().incarnation(), finding.facts(hostId, "made anew"))
                ? Optional.of(Repair.recorded("made anew"))
                : Optional.empty();
    }
}
