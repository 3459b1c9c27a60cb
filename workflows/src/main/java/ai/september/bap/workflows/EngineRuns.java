package ai.september.bap.workflows;

import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.OperationId;
import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.grpc.StatusRuntimeException;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.api.filter.v1.StartTimeFilter;
import io.temporal.api.workflow.v1.WorkflowExecutionInfo;
import io.temporal.api.workflowservice.v1.ListOpenWorkflowExecutionsRequest;
import io.temporal.api.workflowservice.v1.ListOpenWorkflowExecutionsResponse;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowExecutionDescription;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.client.WorkflowTargetOptions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The runs that Temporal has of engines, whatever the registry thinks. Every method throws {@link StatusRuntimeException} or
 * what the client makes of it when the service is away. Thread-safe.
 */
public final class EngineRuns {

    private static final int PAGE = 1_000;
    private static final int ANSWER_SECONDS = 10;

    private final WorkflowClient client;

    public EngineRuns(WorkflowClient client) {
        this.client = client;
    }

    /**
     * All that have not ended, without what they are for. By the one list that every server has, the one in the process
     * included; one that keeps no list, or keeps it to itself, says so by its status.
     */
    public List<EngineRun> open() {
        List<EngineRun> runs = new ArrayList<>();
        ByteString page = ByteString.EMPTY;
        do {
            ListOpenWorkflowExecutionsResponse answer = client.getWorkflowServiceStubs()
                    .blockingStub()
                    .withDeadlineAfter(ANSWER_SECONDS, TimeUnit.SECONDS)
                    .listOpenWorkflowExecutions(request(page));
            answer.getExecutionsList().forEach(run -> ofEngine(run).ifPresent(runs::add));
            page = answer.getNextPageToken();
        } while (!page.isEmpty());
        return runs;
    }

    private ListOpenWorkflowExecutionsRequest request(ByteString page) {
        return ListOpenWorkflowExecutionsRequest.newBuilder()
                .setNamespace(client.getOptions().getNamespace())
                .setMaximumPageSize(PAGE)
                .setStartTimeFilter(StartTimeFilter.newBuilder()
                        .setEarliestTime(Timestamp.getDefaultInstance())
                        .setLatestTime(Timestamp.newBuilder()
                                .setSeconds(Instant.now().getEpochSecond() + TimeUnit.DAYS.toSeconds(1))))
                .setNextPageToken(page)
                .build();
    }

    private static Optional<EngineRun> ofEngine(WorkflowExecutionInfo run) {
        Timestamp start = run.getStartTime();
        return TaskQueues.engineOf(run.getExecution().getWorkflowId())
                .map(engine -> new EngineRun(
                        engine,
                        run.getExecution().getRunId(),
                        null,
                        Instant.ofEpochSecond(start.getSeconds(), start.getNanos())));
    }

    /** The one of an engine that has not ended, with what it is for. */
    public Optional<EngineRun> open(EngineId engineId) {
        try {
            return Optional.of(client.newUntypedWorkflowStub(TaskQueues.workflowId(engineId))
                            .describe())
                    .filter(run -> run.getStatus() == WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING)
                    .map(run -> new EngineRun(
                            engineId,
                            run.getExecution().getRunId(),
                            operationOf(run).orElse(null),
                            run.getStartTime()));
        } catch (WorkflowNotFoundException unknown) {
            return Optional.empty();
        }
    }

    static Optional<OperationId> operationOf(WorkflowExecutionDescription run) {
        String id = run.getMemo(OperationStarter.MEMO_OPERATION, String.class, String.class);
        return Optional.ofNullable(id).map(OperationId::parse);
    }

    /**
     * Ends a run without giving it a chance to do anything more.
     *
     * @return false if it had ended already
     */
    public boolean end(EngineRun run, String reason) {
        try {
            client.newUntypedWorkflowStub(WorkflowTargetOptions.newBuilder()
                            .setWorkflowExecution(WorkflowExecution.newBuilder()
                                    .setWorkflowId(TaskQueues.workflowId(run.engineId()))
                                    .setRunId(run.runId())
                                    .build())
                            .build())
                    .terminate(reason);
            return true;
        } catch (WorkflowNotFoundException gone) {
            return false;
        }
    }
}
