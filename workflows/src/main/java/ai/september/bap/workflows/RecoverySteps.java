package ai.september.bap.workflows;

import ai.september.bap.registry.operation.RecoveryTurn;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;

/**
 * The steps of a recovery that only write to the registry; run as local activities. Each is one fenced transaction and may
 * be repeated; a superseded operation fails with {@link FailureTypes#SUPERSEDED}.
 */
@ActivityInterface
public interface RecoverySteps {

    /** Begins the next attempt, or says when to ask again; fails for good when there have been as many as there may be. */
    @ActivityMethod(name = "NextRestart")
    RecoveryTurn next(OperationRef operation);

    /** The attempt under way has failed. */
    @ActivityMethod(name = "RecordRestartFailed")
    void attemptFailed(OperationRef operation, StepFailure failure);
}
