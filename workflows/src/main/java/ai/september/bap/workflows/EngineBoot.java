package ai.september.bap.workflows;

import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.operation.OperationStatus;
import io.temporal.failure.ActivityFailure;
import java.util.function.BiFunction;

/** The way up that provision, start, wake and rotation share: brain, container, first healthy answer. */
final class EngineBoot {

    /** An engine that is lost more often has another cause than workers that ended. */
    private static final int MOST_LAUNCHES_LOST = 10;

    private final OperationRef operation;

    private final BiFunction<HostId, String, EngineSteps> options;

    EngineBoot(OperationRef operation) {
        this(operation, StepOptions::bounded);
    }

    private EngineBoot(OperationRef operation, BiFunction<HostId, String, EngineSteps> options) {
        this.operation = operation;
        this.options = options;
    }

    /** One that is tried again by the same run, and so is given less time. */
    static EngineBoot attempt(OperationRef operation) {
        return new EngineBoot(operation, StepOptions::attempt);
    }

    private EngineSteps steps(String summary) {
        return options.apply(operation.hostId(), summary);
    }

    void migrateBrain() {
        steps("Bring the brain to the image's schema").migrateBrain(operation);
    }

    /** Brings it up, and closes the operation, in one step; false if what came up was lost with its worker. */
    boolean wake() {
        try {
            steps("Thaw or start the container, wait for its first answer, record")
                    .wakeContainer(operation);
            return true;
        } catch (ActivityFailure failure) {
            if (StepFailure.isOfType(failure, FailureTypes.LAUNCH_LOST)) {
                return false;
            }
            throw failure;
        }
    }

    /** Launches the container and waits for its first healthy answer. */
    Boot boot() {
        for (int lost = 0; ; lost++) {
            try {
                return launch();
            } catch (ActivityFailure failure) {
                if (lost == MOST_LAUNCHES_LOST || !StepFailure.isOfType(failure, FailureTypes.LAUNCH_LOST)) {
                    throw failure;
                }
            }
        }
    }

    private Boot launch() {
        Launch launch = steps("Make or adopt the container and start it").launchContainer(operation);
        return steps("Wait for the first healthy answer").awaitHealthy(operation, launch);
    }

    /** Brings the engine up as it was before, and closes the operation; one that does not come up either is failed. */
    void bringBack(OperationStatus outcome, StepFailure reason) {
        try {
            Boot boot = boot();
            StepOptions.registry("Record: running as before").oldKeyStays(operation, outcome, reason, boot);
        } catch (ActivityFailure again) {
            if (StepFailure.isSuperseded(again)) {
                throw again;
            }
            fail(reason);
        }
    }

    /** Undoes {@link #boot()} as far as possible, and closes the operation. */
    void fail(StepFailure failure) {
        remove();
        StepOptions.registry("Record: failed").failed(operation, failure);
    }

    /** Undoes {@link #boot()} as far as possible. */
    void remove() {
        OperationRun.asFarAsPossible(() -> StepOptions.cleanup(operation.hostId(), "Remove what was launched")
                .removeContainer(operation));
    }
}
