package ai.september.bap.workflows;

import ai.september.bap.registry.id.OperationId;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.OperationLedger;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.api.enums.v1.WorkflowIdReusePolicy;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowExecutionAlreadyStarted;
import io.temporal.client.WorkflowExecutionDescription;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowServiceException;
import io.temporal.client.WorkflowStub;
import io.temporal.client.WorkflowTargetOptions;
import io.temporal.common.SearchAttributes;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings committed operations to Temporal and keeps the two in step. May be asked for the same operation any number of
 * times, by several processes at once: one run is started, because all runs of an engine share one workflow id, and
 * what a run is for is written in its memo. Thread-safe; every method may throw what the Temporal client throws when
 * the service is away.
 */
public final class OperationStarter {

    private static final Logger LOG = LoggerFactory.getLogger(OperationStarter.class);

    static final String MEMO_OPERATION = "operation_id";

    /** A run whose operation has ended needs one more round trip to end itself; no need to terminate it. */
    private static final Duration LAST_BREATH = Duration.ofSeconds(2);

    private static final int ATTEMPTS = 5;

    private final WorkflowClient client;
    private final OperationLedger ledger;
    private final AttributeUse attributes = new AttributeUse();

    public OperationStarter(WorkflowClient client, OperationLedger ledger) {
        this.client = client;
        this.ledger = ledger;
    }

    /** Starts the operation's workflow, unless it runs already or the operation is of the past. */
    public void start(Operation operation) {
        boolean unusedByUs = start(operation, Workflows.typeOf(operation.kind()));
    }

    /** What was found and done when an operation was looked after. */
    public enum Attention {
        /** It is being carried out, or has ended. */
        NONE_NEEDED,
        /** Nobody had started it yet. */
        STARTED,
        /** Temporal had it, and does not know it any more: it was started again. */
        STARTED_AGAIN,
        /** An operator ended its run: it is being closed, compensating. */
        SETTLED
    }

    /**
     * Makes sure that somebody is carrying the operation out: starts it if Temporal does not know it, and has it
     * closed, compensating, if an operator ended its run there.
     */
    public Attention attend(Operation operation) {
        Optional<WorkflowExecutionDescription> run = describe(operation).filter(found -> isFor(found, operation));
        if (run.isEmpty()) {
            boolean started = start(operation, Workflows.typeOf(operation.kind()));
            return !started
                    ? Attention.NONE_NEEDED
                    : operation.runId() == null ? Attention.STARTED : Attention.STARTED_AGAIN;
        }
        if (run.get().getStatus() != WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING
                // Asked again after the run was seen: it may have ended the operation and then itself.
                && ledger.isCurrent(operation.operationId())) {
            LOG.warn(
                    "operation {} of engine {} is open but its run ended as {}: settling it",
                    operation.operationId(),
                    operation.engineId(),
                    run.get().getStatus());
            return start(operation, Workflows.SETTLE) ? Attention.SETTLED : Attention.NONE_NEEDED;
        }
        return Attention.NONE_NEEDED;
    }

    /** Whether Temporal has a run that carries the operation out; asks, and changes nothing. */
    public boolean isCarriedOut(Operation operation) {
        return describe(operation)
                .filter(found -> isFor(found, operation)
                        && found.getStatus() == WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING)
                .isPresent();
    }

    /** Whether it was this call that started a run. */
    private boolean start(Operation operation, String type) {
        for (int attempt = 0; attempt < ATTEMPTS && ledger.isCurrent(operation.operationId()); attempt++) {
            try {
                WorkflowExecution execution = startRun(operation, type);
                ledger.recordRun(operation.operationId(), execution.getRunId());
                return true;
            } catch (WorkflowExecutionAlreadyStarted busy) {
                if (isOurs(operation)) {
                    return false;
                }
            }
        }
        return false;
    }

    /** With attributes to find it by where the server takes them; a run never fails for want of them. */
    private WorkflowExecution startRun(Operation operation, String type) {
        WorkflowOptions.Builder options = options(operation, type);
        if (attributes.isWorthTrying()) {
            try {
                WorkflowExecution execution = startRun(
                        operation,
                        type,
                        options.setTypedSearchAttributes(
                                RunAttributes.of(operation.engineId(), ledger.productOf(operation), operation.kind())));
                attributes.accepted();
                return execution;
            } catch (WorkflowServiceException failed) {
                attributes.refused(refusal(failed));
            }
        }
        return startRun(operation, type, options.setTypedSearchAttributes(SearchAttributes.EMPTY));
    }

    private WorkflowExecution startRun(Operation operation, String type, WorkflowOptions.Builder options) {
        return client.newUntypedWorkflowStub(type, options.build()).start(OperationRef.to(operation));
    }

    /** What the server says of an argument that it does not take; any other failure is thrown on. */
    private static String refusal(WorkflowServiceException failed) {
        if (failed.getCause() instanceof StatusRuntimeException fault
                && fault.getStatus().getCode() == Status.Code.INVALID_ARGUMENT) {
            return String.valueOf(fault.getStatus().getDescription());
        }
        throw failed;
    }

    /** What a run is known by. */
    static Map<String, Object> memo(OperationId operationId) {
        return Map.of(MEMO_OPERATION, operationId.toString());
    }

    private static WorkflowOptions.Builder options(Operation operation, String type) {
        return WorkflowOptions.newBuilder()
                .setWorkflowId(TaskQueues.workflowId(operation.engineId()))
                .setTaskQueue(TaskQueues.CONTROL)
                .setWorkflowIdConflictPolicy(WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_FAIL)
                .setWorkflowIdReusePolicy(WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE)
                .setMemo(memo(operation.operationId()))
                .setStaticSummary(type + " (" + operation.kind().wireName() + ") of engine " + operation.engineId())
                .setStaticDetails("Operation " + operation.operationId() + ", asked for by " + operation.actor()
                        + ", on host " + operation.hostId())
                .setDisableEagerExecution(false);
    }

    /** Whether the run in the way is the one we want; if it is for another operation, it is got out of the way. */
    private boolean isOurs(Operation operation) {
        Optional<WorkflowExecutionDescription> running = describe(operation)
                .filter(run -> run.getStatus() == WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING);
        if (running.isEmpty()) {
            return false;
        }
        if (isFor(running.get(), operation)) {
            ledger.recordRun(
                    operation.operationId(), running.get().getExecution().getRunId());
            return true;
        }
        clear(running.get(), operation);
        return false;
    }

    private void clear(WorkflowExecutionDescription stale, Operation successor) {
        WorkflowStub stub = client.newUntypedWorkflowStub(WorkflowTargetOptions.newBuilder()
                .setWorkflowExecution(stale.getExecution())
                .build());
        if (endedUnhurried(stale) && endsByItself(stub)) {
            return;
        }
        // Asked again after the other run was seen: if we are of the past by now, it may well be our successor's.
        if (!ledger.isCurrent(successor.operationId())) {
            return;
        }
        try {
            stub.terminate("superseded by " + successor.kind().wireName() + " " + successor.operationId());
        } catch (WorkflowNotFoundException gone) {
            LOG.debug("run {} ended meanwhile", stale.getExecution().getRunId());
        }
    }

    private boolean endedUnhurried(WorkflowExecutionDescription stale) {
        return EngineRuns.operationOf(stale)
                .flatMap(ledger::find)
                .map(earlier -> earlier.supersededBy() == null)
                .orElse(false);
    }

    private static boolean endsByItself(WorkflowStub stub) {
        try {
            stub.getResult(LAST_BREATH.toMillis(), TimeUnit.MILLISECONDS, Outcome.class);
            return true;
        } catch (TimeoutException stillThere) {
            return false;
        } catch (RuntimeException endedOtherwise) {
            LOG.debug("the earlier run ended otherwise", endedOtherwise);
            return true;
        }
    }

    private Optional<WorkflowExecutionDescription> describe(Operation operation) {
        try {
            return Optional.of(client.newUntypedWorkflowStub(TaskQueues.workflowId(operation.engineId()))
                    .describe());
        } catch (WorkflowNotFoundException unknown) {
            return Optional.empty();
        }
    }

    private static boolean isFor(WorkflowExecutionDescription run, Operation operation) {
        return EngineRuns.operationOf(run)
                .filter(operation.operationId()::equals)
                .isPresent();
    }
}
