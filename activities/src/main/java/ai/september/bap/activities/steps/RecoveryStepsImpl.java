package ai.september.bap.activities.steps;

import ai.september.bap.registry.operation.RecoveryLedger;
import ai.september.bap.registry.operation.RecoveryTurn;
import ai.september.bap.workflows.OperationRef;
import ai.september.bap.workflows.RecoverySteps;
import ai.september.bap.workflows.StepFailure;
import java.util.function.Supplier;

/** Writes down what restarts a recovery attempts. Thread-safe. */
public final class RecoveryStepsImpl implements RecoverySteps {

    private final RecoveryLedger ledger;

    public RecoveryStepsImpl(RecoveryLedger ledger) {
        this.ledger = ledger;
    }

    @Override
    public RecoveryTurn next(OperationRef operation) {
        return ask(operation, () -> ledger.next(operation.operationId()));
    }

    @Override
    public void attemptFailed(OperationRef operation, StepFailure failure) {
        Boolean unusedDone = ask(operation, () -> {
            ledger.attemptFailed(operation.operationId(), failure.toFailure());
            return true;
        });
    }

    private static <T> T ask(OperationRef operation, Supplier<T> entry) {
        try (OperationLog log = OperationLog.of(operation)) {
            return entry.get();
        } catch (RuntimeException fault) {
            throw Failures.of(fault);
        }
    }
}
