package ai.september.bap.activities.steps;

import ai.september.bap.activities.container.BackendException;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.operation.LateStepException;
import ai.september.bap.registry.operation.StepName;
import ai.september.bap.registry.operation.SupersededException;
import ai.september.bap.workflows.FailureTypes;
import io.temporal.failure.ApplicationFailure;
import java.util.Objects;

/**
 * Turns what went wrong in a step into a Temporal failure: its type is the error code, its message is fit for callers,
 * and it has no cause, because exceptions of libraries may quote what must not be kept.
 */
final class Failures {

    private Failures() {}

    /** For a step beside a container. The steps of stop and destroy never fail for good: they are tried again for ever. */
    static ApplicationFailure of(StepName step, RuntimeException fault) {
        return fault instanceof BackendException && endsEngine(step)
                ? withoutFrames(ApplicationFailure.newFailure(message(fault), ErrorCode.BACKEND_ERROR.name()))
                : of(fault);
    }

    private static boolean endsEngine(StepName step) {
        return switch (step) {
            case STOP_CONTAINER, REMOVE_CONTAINER, REMOVE_VOLUME, SETTLE -> true;
            case MIGRATE_BRAIN, LAUNCH_CONTAINER, AWAIT_HEALTHY, CONFIRM_IDLE, SUSPEND_CONTAINER -> false;
        };
    }

    static ApplicationFailure of(RuntimeException fault) {
        return withoutFrames(failure(fault));
    }

    /** In Temporal the message is what is read; the frames would be those of this class, and the log has the fault's. */
    private static ApplicationFailure withoutFrames(ApplicationFailure failure) {
        failure.setStackTrace(new StackTraceElement[0]);
        return failure;
    }

    private static ApplicationFailure failure(RuntimeException fault) {
        if (fault instanceof SupersededException) {
            return ApplicationFailure.newNonRetryableFailure(message(fault), FailureTypes.SUPERSEDED);
        }
        // Tried again, should Temporal's clock have gone back: nobody waits for one that is late.
        if (fault instanceof StepLeftException || fault instanceof LateStepException) {
            return ApplicationFailure.newFailure(message(fault), ErrorCode.UNAVAILABLE.name());
        }
        if (fault instanceof LaunchLostException) {
            return ApplicationFailure.newNonRetryableFailure(message(fault), FailureTypes.LAUNCH_LOST);
        }
        if (fault instanceof BapException refused) {
            return ApplicationFailure.newNonRetryableFailure(
                    message(refused), refused.code().name());
        }
        if (fault instanceof BackendException backend) {
            return backend.isRetryable()
                    ? ApplicationFailure.newFailure(message(backend), ErrorCode.BACKEND_ERROR.name())
                    : ApplicationFailure.newNonRetryableFailure(message(backend), ErrorCode.BACKEND_ERROR.name());
        }
        return ApplicationFailure.newFailure(
                "A fault of " + fault.getClass().getSimpleName()
                        + " on the engine's host; its worker's log has the rest.",
                ErrorCode.UNAVAILABLE.name());
    }

    private static String message(RuntimeException fault) {
        return Objects.requireNonNullElse(fault.getMessage(), fault.getClass().getSimpleName());
    }
}
