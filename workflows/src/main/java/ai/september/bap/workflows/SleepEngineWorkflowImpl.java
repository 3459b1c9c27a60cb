package ai.september.bap.workflows;

import static java.util.Objects.requireNonNull;

import ai.september.bap.registry.operation.OperationStatus;

/** Freezes or stops an engine that is idle indeed. If that can be neither done nor left, the engine is brought up again. */
public final class SleepEngineWorkflowImpl implements SleepEngineWorkflow {

    @Override
    public Outcome run(OperationRef operation) {
        EngineBoot engine = new EngineBoot(operation);
        return new OperationRun(operation)
                .conclude(
                        () -> sleep(operation),
                        failure -> engine.bringBack(OperationStatus.FAILED, failure),
                        reason -> engine.bringBack(OperationStatus.CANCELLED, reason));
    }

    private static Outcome sleep(OperationRef operation) {
        Suspension came = StepOptions.brief(operation.hostId(), "Make sure that the engine is idle, then suspend it")
                .suspendContainer(operation);
        if (came.awake() != null) {
            StepOptions.registry("Record: stays awake, " + came.awake().wireName())
                    .staysAwake(operation, came.awake());
            return Outcome.CANCELLED;
        }
        StepOptions.registry("Record: asleep").asleep(operation, requireNonNull(came.mode()));
        return Outcome.SUCCEEDED;
    }
}
