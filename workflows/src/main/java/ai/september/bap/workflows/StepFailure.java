package ai.september.bap.workflows;

import static java.util.Objects.requireNonNull;

import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.operation.Failure;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import java.util.Arrays;

/**
 * Why a step failed for good: a code of the public vocabulary and a message without secrets, user ids or engine output.
 */
public record StepFailure(ErrorCode code, String message) {

    public StepFailure {
        requireNonNull(code, "code");
        requireNonNull(message, "message");
    }

    /** The same, in the registry's terms. */
    public Failure toFailure() {
        return new Failure(code, message);
    }

    /** Reads an activity's failure: its type is the code; anything else, a timeout for example, is the host's absence. */
    static StepFailure of(ActivityFailure failure) {
        if (failure.getCause() instanceof ApplicationFailure cause) {
            return new StepFailure(code(cause.getType()), cause.getOriginalMessage());
        }
        return new StepFailure(
                ErrorCode.UNAVAILABLE, "The engine's host did not answer in time. Repeat the request when it is back.");
    }

    static boolean isSuperseded(ActivityFailure failure) {
        return isOfType(failure, FailureTypes.SUPERSEDED);
    }

    static boolean isOfType(ActivityFailure failure, String type) {
        return failure.getCause() instanceof ApplicationFailure cause
                && cause.getType().equals(type);
    }

    private static ErrorCode code(String type) {
        if (type.equals(FailureTypes.LAUNCH_LOST)) {
            return ErrorCode.UNAVAILABLE;
        }
        return Arrays.stream(ErrorCode.values())
                .filter(code -> code.name().equals(type))
                .findFirst()
                .orElse(ErrorCode.INTERNAL_ERROR);
    }
}
