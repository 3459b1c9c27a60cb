package ai.september.bap.worker.reconcile;

import ai.september.bap.activities.container.ContainerBackend;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.operation.OperationLedger;
import ai.september.bap.registry.operation.Repairs;
import ai.september.bap.workflows.EngineRuns;
import ai.september.bap.workflows.OperationStarter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jdbi.v3.core.Jdbi;

/**
 * All that rows and reality can disagree about on a host, and how to look.
 *
 * @param kinds containers before the volumes that they have mounted
 */
public record Disagreements(HostViews views, List<Disagreement> kinds) {

    public Disagreements {
        kinds = List.copyOf(kinds);
    }

    /**
     * Those of one host.
     *
     * @param stopGrace what an engine is given between SIGTERM and SIGKILL
     * @param strayGrace how old a container without a row becomes before it is removed
     */
    public static Disagreements of(
            Jdbi jdbi,
            ContainerBackend backend,
            HostId hostId,
            EngineRuns runs,
            OperationStarter starter,
            Duration stopGrace,
            Duration strayGrace,
            InstantSource clock) {
        Removal removal = new Removal(backend, stopGrace);
        Repairs repairs = new Repairs(jdbi);
        return new Disagreements(
                new HostViews(jdbi, backend, runs, hostId),
                List.of(
                        new ContainersWithoutRow(backend, removal, strayGrace, clock),
                        new PastContainers(removal),
                        new ContainersOfEnginesThatAreDown(removal),
                        new OutdatedContainers(jdbi, backend, removal, hostId),
                        new MissingContainers(),
                        new LeakedPorts(repairs, hostId),
                        new StuckRows(repairs, hostId),
                        new VolumesWithoutRow(jdbi, backend),
                        new RunsWithoutOperation(runs, new OperationLedger(jdbi), clock),
                        new OperationsWithoutRun(jdbi, starter)));
    }
}
