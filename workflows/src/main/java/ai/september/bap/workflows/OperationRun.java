package ai.september.bap.workflows;

import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.operation.OperationStatus;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Workflow;

/**
 * The frame that all operations have in common: begin, carry out, and where a step fails for good or an operator
 * cancels, clean up and close the operation. What failed or was cancelled before anything was touched leaves the engine
 * as it was. A superseded run ends without a word: its successor owns the engine.
 */
final class OperationRun {

    private static final StepFailure BY_OPERATOR = new StepFailure(
            ErrorCode.UNAVAILABLE, "The operation was cancelled by an operator in Temporal. Repeat the request.");

    private final OperationRef operation;

    OperationRun(OperationRef operation) {
        this.operation = operation;
    }

    /** What a run does when something was touched and it can not go on. */
    interface Compensation {
        void after(StepFailure reason);
    }

    /** What a run does, and how that ends the operation. */
    interface Steps {
        Outcome run();
    }

    /** For operations whose steps never fail for good. */
    Outcome carryOut(Runnable steps) {
        return carryOut(steps, this::settle);
    }

    Outcome carryOut(Runnable steps, Compensation onFailure) {
        return carryOut(steps, onFailure, this::settle);
    }

    Outcome carryOut(Runnable steps, Compensation onFailure, Compensation onCancel) {
        return conclude(succeeding(steps), onFailure, onCancel);
    }

    /** For an operation whose first step begins it. */
    Outcome carryOutBegun(Runnable steps, Compensation onFailure) {
        return RunAttributes.conclude(attempt(succeeding(steps), onFailure, this::settle));
    }

    private static Steps succeeding(Runnable steps) {
        return () -> {
            steps.run();
            return Outcome.SUCCEEDED;
        };
    }

    /** For operations that may come to nothing without having failed. */
    Outcome conclude(Steps steps, Compensation onFailure, Compensation onCancel) {
        Steps fromTheBeginning = () -> {
            StepOptions.registry("Begin the operation").begin(operation);
            return steps.run();
        };
        return RunAttributes.conclude(attempt(fromTheBeginning, onFailure, onCancel));
    }

    /** Closes an operation whose own run is no more. */
    Outcome close() {
        return RunAttributes.conclude(compensate(this::settle, OperationStatus.CANCELLED, BY_OPERATOR));
    }

    private Outcome attempt(Steps steps, Compensation onFailure, Compensation onCancel) {
        try {
            return steps.run();
        } catch (ActivityFailure failure) {
            if (StepFailure.isSuperseded(failure)) {
                return Outcome.CANCELLED;
            }
            // A step that is asked to let go may also fail, or never be heard of again.
            return isCancelled(failure)
                    ? compensate(onCancel, OperationStatus.CANCELLED, BY_OPERATOR)
                    : compensate(onFailure, OperationStatus.FAILED, StepFailure.of(failure));
        } catch (CanceledFailure cancelled) {
            return compensate(onCancel, OperationStatus.CANCELLED, BY_OPERATOR);
        }
    }

    /** Whether a step failed because an operator cancels the run. */
    static boolean isCancelled(ActivityFailure failure) {
        return CancellationScope.current().isCancelRequested() || failure.getCause() instanceof CanceledFailure;
    }

    /** Runs even if the workflow is cancelled, now or meanwhile. */
    private Outcome compensate(Compensation compensation, OperationStatus outcome, StepFailure reason) {
        Workflow.setCurrentDetails("Cleaning up, then closing the operation");
        try {
            Workflow.newDetachedCancellationScope(() -> {
                        if (!StepOptions.registry("Record: " + outcome.wireName() + ", if nothing was touched")
                                .endUntouched(operation, outcome, reason)) {
                            compensation.after(reason);
                        }
                    })
                    .run();
            return Outcome.of(outcome, reason);
        } catch (ActivityFailure failure) {
            if (StepFailure.isSuperseded(failure)) {
                return Outcome.CANCELLED;
            }
            throw failure;
        }
    }

    /** Ends what an operator ended: containers gone and operation closed at once, or closed at least. */
    private void settle(StepFailure reason) {
        try {
            StepOptions.cleanup(operation.hostId(), "Stop and remove the engine's containers, close the operation")
                    .settle(operation, reason);
        } catch (ActivityFailure failure) {
            if (StepFailure.isSuperseded(failure)) {
                throw failure;
            }
            StepOptions.registry("Record: cancelled, containers out of reach").cancelled(operation, reason);
        }
    }

    /** Cleaning up as far as it goes: whoever can not be reached is put right by the reconciliation later. */
    static void asFarAsPossible(Runnable cleanup) {
        try {
            cleanup.run();
        } catch (ActivityFailure failure) {
            if (StepFailure.isSuperseded(failure) || isCancelled(failure)) {
                throw failure;
            }
            Workflow.getLogger(OperationRun.class).warn("cleanup did not complete: {}", failure.getMessage());
        }
    }
}
