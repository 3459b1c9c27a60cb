package ai.september.bap.activities.steps;

import ai.september.bap.registry.operation.OperationLedger;
import ai.september.bap.registry.operation.OperationStatus;
import ai.september.bap.registry.operation.Wakefulness;
import ai.september.bap.registry.product.SleepMode;
import ai.september.bap.workflows.Boot;
import ai.september.bap.workflows.OperationRef;
import ai.september.bap.workflows.RegistrySteps;
import ai.september.bap.workflows.StepFailure;
import java.util.function.Consumer;
import java.util.function.Function;

/** Writes an operation's progress and end to the ledger. Thread-safe. */
public final class RegistryStepsImpl implements RegistrySteps {

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
    public void asleep(OperationRef operation, SleepMode mode) {
        record(operation, ledger -> ledger.asleep(operation.operationId(), mode));
    }

    @Override
    public void staysAwake(OperationRef operation, Wakefulness reason) {
        record(operation, ledger -> ledger.staysAwake(operation.operationId(), reason));
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
    public void oldKeyStays(OperationRef operation, OperationStatus outcome, StepFailure failure, Boot boot) {
        record(
                operation,
                ledger -> ledger.oldKeyStays(
                        operation.operationId(), outcome, failure.toFailure(), boot.durationMs(), boot.healthyAt()));
    }

    @Override
    public boolean endUntouched(OperationRef operation, OperationStatus outcome, StepFailure failure) {
        return ask(operation, ledger -> ledger.endUntouched(operation.operationId(), outcome, failure.toFailure()));
    }

    @Override
    public void failed(OperationRef operation, StepFailure failure) {
        record(operation, ledger -> ledger.failed(operation.operationId(), failure.toFailure()));
    }

    @Override
    public void cancelled(OperationRef operation, StepFailure reason) {
        record(operation, ledger -> ledger.cancelled(operation.operationId(), reason.toFailure()));
    }

    private void record(OperationRef operation, Consumer<OperationLedger> entry) {
        ask(operation, ledger -> {
            entry.accept(ledger);
            return true;
        });
    }

    private <T> T ask(OperationRef operation, Function<OperationLedger, T> entry) {
        try (OperationLog log = OperationLog.of(operation)) {
            return entry.apply(ledger);
        } catch (RuntimeException fault) {
            throw Failures.of(fault);
        }
    }
}
