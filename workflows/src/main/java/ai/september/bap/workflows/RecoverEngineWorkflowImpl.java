package ai.september.bap.workflows;

import ai.september.bap.registry.operation.RecoveryTurn;
import io.temporal.failure.ActivityFailure;
import io.temporal.workflow.ContinueAsNewOptions;
import io.temporal.workflow.TimerOptions;
import io.temporal.workflow.Workflow;
import java.time.Instant;

/**
 * Ends what is left of the engine, lest its daemon restart it beside us; then attempts, each when the registry says that it
 * is due. How many there have been, and when, is on record there: a run that is lost goes on where it was.
 */
public final class RecoverEngineWorkflowImpl implements RecoverEngineWorkflow {

    /** Until the history begins anew: it stays readable, though a host be away for days. */
    private static final int TURNS = 200;

    @Override
    public Outcome run(OperationRef operation) {
        EngineBoot engine = EngineBoot.attempt(operation);
        return new OperationRun(operation)
                .carryOut(
                        () -> recover(operation, engine),
                        reason -> StepOptions.registry("Record: gave up").failed(operation, reason));
    }

    private static void recover(OperationRef operation, EngineBoot engine) {
        OperationRun.asFarAsPossible(() -> StepOptions.cleanup(operation.hostId(), "End what is left of the engine")
                .stopContainer(operation));
        for (int turns = 0; turns < TURNS; turns++) {
            RecoveryTurn turn =
                    StepOptions.recovery("Ask for the next attempt's turn").next(operation);
            if (!turn.hasBegun()) {
                await(turn);
            } else if (attempt(operation, engine, turn)) {
                return;
            }
        }
        Workflow.newContinueAsNewStub(RecoverEngineWorkflow.class, asItIs(operation))
                .run(operation);
    }

    /** A run that begins anew has no memo unless it is given one, and is known by it. */
    private static ContinueAsNewOptions asItIs(OperationRef operation) {
        return ContinueAsNewOptions.newBuilder()
                .setMemo(OperationStarter.memo(operation.operationId()))
                .build();
    }

    private static void await(RecoveryTurn turn) {
        String what = "Restart " + turn.number() + " of " + turn.of();
        Instant at = Instant.ofEpochMilli(Workflow.currentTimeMillis()).plus(turn.pause());
        Workflow.setCurrentDetails(what + " at " + at + ": " + turn.reason());
        Workflow.newTimer(
                        turn.pause(),
                        TimerOptions.newBuilder()
                                .setSummary(what + ": " + turn.reason())
                                .build())
                .get();
    }

    /** Whether it has brought the engine up. */
    private static boolean attempt(OperationRef operation, EngineBoot engine, RecoveryTurn turn) {
        Workflow.setCurrentDetails("Restart " + turn.number() + " of " + turn.of() + " is under way");
        try {
            engine.migrateBrain();
            Boot boot = engine.boot();
            StepOptions.registry("Record: running").running(operation, boot);
            return true;
        } catch (ActivityFailure failure) {
            if (StepFailure.isSuperseded(failure) || OperationRun.isCancelled(failure)) {
                throw failure;
            }
            engine.remove();
            StepOptions.recovery("Record: restart " + turn.number() + " failed")
                    .attemptFailed(operation, StepFailure.of(failure));
            return false;
        }
    }
}
