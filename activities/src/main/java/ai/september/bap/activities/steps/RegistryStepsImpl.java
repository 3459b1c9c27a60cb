package ai.september.bap.activities.steps;

import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.operation.Failure;
import ai.september.bap.registry.operation.OperationLedger;
import ai.september.bap.workflows.Boot;
import ai.september.bap.workflows.OperationRef;
import ai.september.bap.workflows.RegistrySteps;
import ai.september.bap.workflows.StepFailure;
import java.util.function.Consumer;

/** Writes an operation's progress and end to the ledger. Thread-safe. */
public final class RegistryStepsImpl implements RegistrySteps {

    private static final Failure BY_OPERATOR = new Failure(
            ErrorCode.UNAVAILABLE, "The operation was cancelled by an operator in Temporal. Repeat the request.");

    private final OperationLedger ledger;

    public RegistryStepsImpl(OperationLedger ledger) {
        this.ledger = ledger;
    }

    @Override
    public void begin(OperationRef operation) {
        record(operation, ledger -> ledger.begin(operation.operationId()));
    }

    @Override
    public void running(OperationRef operation, Boot boot) {
        record(operation, ledger -> ledger.running(operation.operationId(), boot.durationMs(), boot.healthyAt()));
    }

    @Override
    public void rotated(OperationRef operation, Boot boot) {
        record(operation, ledger -> ledger.rotated(operation.operationId(), boot.durationMs(), boot.healthyAt()));
    }

    @Override
    public void stopped(OperationRef operation) {
        record(operation, ledger -> ledger.stopped(operation.operationId()));
    }

    @Override
    public void destroyed(OperationRef operation) {
        record(operation, ledger -> ledger.destroyed(operation.operationId()));
    }

    @Override
    public void revertRotation(OperationRef operation) {
        record(operation, ledger -> ledger.revertRotation(operation.operationId()));
    }

    @Override
    public void rotationFailed(OperationRef operation, StepFailure failure, Boot boot) {
        record(
                operation,
                ledger -> ledger.rotationFailed(
                        operation.operationId(), failure.toFailure(), boot.durationMs(), boot.healthyAt()));
    }

    @Override
    public void failed(OperationRef operation, StepFailure failure) {
        record(operation, ledger -> ledger.failed(operation.operationId(), failure.toFailure()));
    }

    @Override
    public void failedUntouched(OperationRef operation, StepFailure failure) {
        record(operation, ledger -> ledger.failedUntouched(operation.operationId(), failure.toFailure()));
    }

    @Override
    public void cancelled(OperationRef operation) {
        record(operation, ledger -> ledger.cancelled(operation.operationId(), BY_OPERATOR));
    }

    private void record(OperationRef operation, Consumer<OperationLedger> entry) {
        try (OperationLog log = OperationLog.of(operation)) {
            entry.accept(ledger);
        } catch (RuntimeException fault) {
            throw Failures.of(fault);
        }
    }
}
