package ai.september.bap.worker.reconcile;

import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.Repairs;
import ai.september.bap.workflows.OperationStarter.Attention;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts repairs on record: in the audit log, in the metrics and in this process's log. Thread-safe. */
public final class RepairLog {

    private static final Logger LOG = LoggerFactory.getLogger(RepairLog.class);

    private final Repairs repairs;
    private final HostId hostId;
    private final ReconcilerMetrics metrics;

    public RepairLog(Repairs repairs, HostId hostId, ReconcilerMetrics metrics) {
        this.repairs = repairs;
        this.hostId = hostId;
        this.metrics = metrics;
    }

    void add(Finding finding, Repair repair) {
        LOG.warn(
                "{} {} of engine {}: {}. {}",
                finding.kind().about(),
                finding.subject(),
                finding.engineId(),
                repair.what(),
                finding.detail());
        if (!repair.onRecord()) {
            repairs.record(finding.engineId(), finding.facts(hostId, repair.what()));
        }
        metrics.repaired(finding.kind());
    }

    /** What the relay did about an operation; nothing if it merely was the first to start it. */
    public void add(Operation operation, Attention attention) {
        switch (attention) {
            case NONE_NEEDED, STARTED -> {}
            case STARTED_AGAIN -> add(OperationsWithoutRun.finding(operation), Repair.of("started again"));
            case SETTLED -> add(OperationsWithoutRun.finding(operation), Repair.of("settled"));
        }
    }
}
