package ai.september.bap.workflows;

import ai.september.bap.registry.operation.OperationStatus;
import ai.september.bap.registry.operation.Wakefulness;
import ai.september.bap.registry.product.SleepMode;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;

/**
 * The steps that only write to the registry; run as local activities. Each is one fenced transaction and may be
 * repeated; a superseded operation fails with {@link FailureTypes#SUPERSEDED}.
 */
@ActivityInterface
public interface RegistrySteps {

    /** Marks the operation as under way. */
    @ActivityMethod(name = "BeginOperation")
    void begin(OperationRef operation);

    /** The engine runs: ends a provision, start or wake. */
    @ActivityMethod(name = "RecordRunning")
    void running(OperationRef operation, Boot boot);

    /** The engine runs on its new key: ends a rotation. */
    @ActivityMethod(name = "RecordRotated")
    void rotated(OperationRef operation, Boot boot);

    /** No process of the engine lives: ends a stop. */
    @ActivityMethod(name = "RecordStopped")
    void stopped(OperationRef operation);

    /** The engine is frozen, or no process of it lives: ends a sleep. */
    @ActivityMethod(name = "RecordAsleep")
    void asleep(OperationRef operation, SleepMode mode);

    /** The engine runs on, untouched: ends a sleep. */
    @ActivityMethod(name = "RecordStaysAwake")
    void staysAwake(OperationRef operation, Wakefulness reason);

    /** Nothing of the engine is left: ends a destroy and deletes the row. */
    @ActivityMethod(name = "RecordDestroyed")
    void destroyed(OperationRef operation);

    /** Takes the new key of a rotation back; the container has to be made anew with the old one. */
    @ActivityMethod(name = "RevertRotation")
    void revertRotation(OperationRef operation);

    /** The engine runs, on its old key: ends a rotation or a sleep that failed or was cancelled. */
    @ActivityMethod(name = "RecordOldKeyStays")
    void oldKeyStays(OperationRef operation, OperationStatus outcome, StepFailure failure, Boot boot);

    /** Ends an operation that failed or was cancelled, if it touched nothing: the engine is what it was. */
    @ActivityMethod(name = "EndUntouched")
    boolean endUntouched(OperationRef operation, OperationStatus outcome, StepFailure failure);

    /** Ends an operation that failed, with the engine {@code failed} and its containers gone as far as possible. */
    @ActivityMethod(name = "RecordFailed")
    void failed(OperationRef operation, StepFailure failure);

    /** Ends an operation whose workflow an operator cancelled or terminated, with its containers out of reach. */
    @ActivityMethod(name = "RecordCancelled")
    void cancelled(OperationRef operation, StepFailure reason);
}
