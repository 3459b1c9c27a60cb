package ai.september.bap.workflows;

import io.temporal.failure.ActivityFailure;

/** The way up that provision, start and wake share: brain, container, first healthy answer. */
final class EngineBoot {

    private final OperationRef operation;

    EngineBoot(OperationRef operation) {
        this.operation = operation;
    }

    void migrateBrain() {
        StepOptions.bounded(operation.hostId(), "Bring the brain to the image's schema")
                .migrateBrain(operation);
    }

    /** Launches the container and waits for its first healthy answer. */
    Boot boot() {
        try {
            return launch();
        } catch (ActivityFailure failure) {
            if (StepFailure.isOfType(failure, FailureTypes.LAUNCH_LOST)) {
                return launch();
            }
            throw failure;
        }
    }

    private Boot launch() {
        Launch launch = StepOptions.bounded(operation.hostId(), "Make or adopt the container and start it")
                .launchContainer(operation);
        return StepOptions.bounded(operation.hostId(), "Wait for the first healthy answer")
                .awaitHealthy(operation, launch);
    }

    /** Undoes {@link #boot()}. */
    void remove() {
        OperationRun.asFarAsPossible(() -> StepOptions.cleanup(operation.hostId(), "Remove what was launched")
                .removeContainer(operation));
    }
}
