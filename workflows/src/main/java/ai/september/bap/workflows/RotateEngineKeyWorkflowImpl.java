package ai.september.bap.workflows;

import ai.september.bap.registry.operation.OperationStatus;

/**
 * A new container with the new key on the same volume; the new key counts once that container is healthy. If it does
 * not get there, a container with the old key takes its place.
 */
public final class RotateEngineKeyWorkflowImpl implements RotateEngineKeyWorkflow {

    @Override
    public Outcome run(OperationRef operation) {
        EngineBoot engine = new EngineBoot(operation);
        return new OperationRun(operation)
                .carryOut(
                        () -> {
                            engine.migrateBrain();
                            Boot boot = engine.boot();
                            StepOptions.registry("Record: running on the new key")
                                    .rotated(operation, boot);
                        },
                        failure -> backToTheOldKey(operation, engine, OperationStatus.FAILED, failure),
                        reason -> backToTheOldKey(operation, engine, OperationStatus.CANCELLED, reason));
    }

    private static void backToTheOldKey(
            OperationRef operation, EngineBoot engine, OperationStatus outcome, StepFailure reason) {
        StepOptions.registry("Take the new key back").revertRotation(operation);
        engine.bringBack(outcome, reason);
    }
}
