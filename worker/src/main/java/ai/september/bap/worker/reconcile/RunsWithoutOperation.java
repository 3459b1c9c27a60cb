package ai.september.bap.worker.reconcile;

import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.OperationId;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.OperationLedger;
import ai.september.bap.workflows.EngineRun;
import ai.september.bap.workflows.EngineRuns;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Runs that go on in Temporal though their engine has no open operation. One that has just ended its operation is given time
 * to end itself. What neither row nor operation knows may be another installation's, and is the operator's to end.
 */
final class RunsWithoutOperation implements Mendable {

    private static final Duration LAST_BREATH = Duration.ofSeconds(30);

    private final EngineRuns runs;
    private final OperationLedger ledger;
    private final InstantSource clock;

    RunsWithoutOperation(EngineRuns runs, OperationLedger ledger, InstantSource clock) {
        this.runs = runs;
        this.ledger = ledger;
        this.clock = clock;
    }

    @Override
    public List<Finding> find(HostView view) {
        List<Finding> findings = new ArrayList<>();
        for (EngineRun run : view.runs()) {
            boolean busy = view.engines().containsKey(run.engineId())
                    && view.engines().get(run.engineId()).busy();
            if (!busy && isOld(run.startedAt())) {
                finding(run, view.engines().containsKey(run.engineId())).ifPresent(findings::add);
            }
        }
        return findings;
    }

    /** What it is for is asked only now. */
    private Optional<Finding> finding(EngineRun listed, boolean hasRow) {
        Optional<EngineRun> run =
                runs.open(listed.engineId()).filter(open -> open.runId().equals(listed.runId()));
        if (run.isEmpty()) {
            return Optional.empty();
        }
        @Nullable OperationId id = run.get().operationId();
        Optional<Operation> operation = id == null ? Optional.empty() : ledger.find(id);
        if (operation.map(Operation::finishedAt).filter(end -> !isOld(end)).isPresent()) {
            return Optional.empty();
        }
        return Optional.of(
                finding(listed, operation.isPresent() || hasRow ? Kind.RUN_WITHOUT_OPERATION : Kind.RUN_OF_NOBODY));
    }

    private static Finding finding(EngineRun run, Kind kind) {
        return new Finding(
                kind,
                run.engineId(),
                run.runId(),
                kind == Kind.RUN_OF_NOBODY
                        ? "A run of an engine of which nothing is known: it stays. End it in Temporal if it is no other"
                                + " installation's."
                        : "A run that goes on though the engine has no open operation: it is ended.");
    }

    private boolean isOld(Instant moment) {
        return moment.plus(LAST_BREATH).isBefore(clock.instant());
    }

    /** A run never comes back to an operation, and a new one has another id: only that it goes on is asked. */
    @Override
    public boolean isStillSo(Finding finding, HostViews views) {
        return runs.open(finding.engineId())
                .filter(run -> run.runId().equals(finding.subject()))
                .isPresent();
    }

    @Override
    public Optional<Repair> mend(Finding finding) {
        EngineId engine = finding.engineId();
        return runs.end(
                        new EngineRun(engine, finding.subject(), null, clock.instant()),
                        "its engine has no open operation")
                ? Optional.of(Repair.of("ended"))
                : Optional.empty();
    }
}
