package ai.september.bap.workflows;

import ai.september.bap.registry.operation.OperationStatus;
import org.jspecify.annotations.Nullable;

/**
 * How a workflow ended, for whoever reads it in the Temporal UI; the registry has the whole story.
 *
 * @param status the operation's end; {@code cancelled} also for a run that found itself superseded
 * @param code error code of a failed operation
 */
public record Outcome(OperationStatus status, @Nullable String code) {

    static final Outcome SUCCEEDED = new Outcome(OperationStatus.SUCCEEDED, null);
    static final Outcome CANCELLED = new Outcome(OperationStatus.CANCELLED, null);

    static Outcome of(OperationStatus status, StepFailure reason) {
        return status == OperationStatus.FAILED
                ? new Outcome(status, reason.code().name())
                : new Outcome(status, null);
    }
}
