package ai.september.bap.worker.reconcile;

import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.OperationDao;
import ai.september.bap.registry.operation.OperationLedger;
import ai.september.bap.workflows.OperationStarter;
import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.Jdbi;

/** Open operations that nobody carries out. The relay sees to them within seconds, if Temporal lets it. */
final class OperationsWithoutRun implements Disagreement {

    /** The relay has seen to it by then. */
    private static final Duration UNSTARTED = Duration.ofSeconds(15);

    private static final int MOST = 500;

    private final Jdbi jdbi;
    private final OperationLedger ledger;
    private final OperationStarter starter;

    OperationsWithoutRun(Jdbi jdbi, OperationStarter starter) {
        this.jdbi = jdbi;
        this.ledger = new OperationLedger(jdbi);
        this.starter = starter;
    }

    @Override
    public List<Finding> find(HostView view) {
        return jdbi
                .withExtension(OperationDao.class, operations -> operations.open(view.hostId(), UNSTARTED, MOST))
                .stream()
                .filter(operation -> !starter.isCarriedOut(operation) && ledger.isCurrent(operation.operationId()))
                .map(OperationsWithoutRun::finding)
                .toList();
    }

    static Finding finding(Operation operation) {
        return new Finding(
                Kind.OPERATION_WITHOUT_RUN,
                operation.engineId(),
                operation.operationId().toString(),
                "Operation %s is open and no run carries it out: the relay sees to it."
                        .formatted(operation.kind().wireName()));
    }
}
