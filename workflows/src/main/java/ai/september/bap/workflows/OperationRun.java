package ai.september.bap.workflows;

import io.temporal.failure.ActivityFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.workflow.Workflow;

/**
 * The frame that all operations have in common: begin, carry out, and where a step fails for good or an operator
 * cancels, clean up and close the operation. A superseded run ends without a word: its successor owns the engine.
 */
final class OperationRun {

    private final OperationRef operation;

    OperationRun(OperationRef operation) {
        this.operation = operation;
    }

    /** What a run does when a step has failed for good. */
    interface Compensation {
        void after(StepFailure failure);
    }

    Outcome carryOut(Runnable steps, Compensation onFailure, Runnable onCancel) {
        try {
            StepOptions.registry("Begin the operation").begin(operation);
            steps.run();
            return Outcome.SUCCEEDED;
        } catch (ActivityFailure failure) {
            return failure.getCause() instanceof CanceledFailure
                    ? compensate(onCancel, Outcome.CANCELLED)
                    : failed(failure, onFailure);
        } catch (CanceledFailure cancelled) {
            return compensate(onCancel, Outcome.CANCELLED);
        }
    }

    private Outcome failed(ActivityFailure failure, Compensation onFailure) {
        if (StepFailure.isSuperseded(failure)) {
            return Outcome.CANCELLED;
        }
        StepFailure reason = StepFailure.of(failure);
        return compensate(
                () -> onFailure.after(reason), Outcome.failed(reason.code().name()));
    }

    /** Runs even if the workflow is cancelled, now or meanwhile. */
    private static Outcome compensate(Runnable compensation, Outcome outcome) {
        Workflow.setCurrentDetails("Cleaning up, then closing the operation");
        try {
            Workflow.newDetachedCancellationScope(compensation).run();
            return outcome;
        } catch (ActivityFailure failure) {
            if (StepFailure.isSuperseded(failure)) {
                return Outcome.CANCELLED;
            }
            throw failure;
        }
    }

    /** Cleaning up as far as it goes: whoever can not be reached is put right by the reconciliation later. */
    static void asFarAsPossible(Runnable cleanup) {
        try {
            cleanup.run();
        } catch (ActivityFailure failure) {
            if (StepFailure.isSuperseded(failure)) {
                throw failure;
            }
            Workflow.getLogger(OperationRun.class).warn("cleanup did not complete: {}", failure.getMessage());
        }
    }
}
