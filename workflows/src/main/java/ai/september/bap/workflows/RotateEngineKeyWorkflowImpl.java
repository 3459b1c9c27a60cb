package ai.september.bap.workflows;

import ai.september.bap.registry.error.ErrorCode;
import io.temporal.failure.ActivityFailure;

/**
 * A new container with the new key on the same volume; the new key counts once that container is healthy. If it does
 * not get there, a container with the old key takes its place.
 */
public final class RotateEngineKeyWorkflowImpl implements RotateEngineKeyWorkflow {

    private static final StepFailure CANCELLED = new StepFailure(
            ErrorCode.UNAVAILABLE, "The rotation was cancelled by an operator; the old key stays. Repeat the request.");

    @Override
    public Outcome run(OperationRef operation) {
        EngineBoot engine = new EngineBoot(operation);
        return new OperationRun(operation)
                .carryOut(
                        () -> {
                            Boot boot = engine.boot();
                            StepOptions.registry("Record: running on the new key")
                                    .rotated(operation, boot);
                        },
                        failure -> backToTheOldKey(operation, engine, failure),
                        () -> backToTheOldKey(operation, engine, CANCELLED));
    }

    private static void backToTheOldKey(OperationRef operation, EngineBoot engine, StepFailure failure) {
        StepOptions.registry("Take the new key back").revertRotation(operation);
        try {
            Boot boot = engine.boot();
            StepOptions.registry("Record: running on the old key").rotationFailed(operation, failure, boot);
        } catch (ActivityFailure again) {
            if (StepFailure.isSuperseded(again)) {
                throw again;
            }
            engine.remove();
            StepOptions.registry("Record: failed").failed(operation, failure);
        }
    }
}
