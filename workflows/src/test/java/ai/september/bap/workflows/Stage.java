package ai.september.bap.workflows;

import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.id.OperationId;
import ai.september.bap.registry.id.Slug;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowExecutionMetadata;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.common.SearchAttributes;
import io.temporal.failure.CanceledFailure;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.WorkerOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Temporal's test server with our workflows and scripted steps on it; hours pass in a moment. */
final class Stage implements AutoCloseable {

    static final HostId HOST = new HostId("local");
    static final Slug PRODUCT = new Slug("demo");

    private static final long PATIENCE_S = 60;

    private final TestWorkflowEnvironment environment;
    private final ScriptedSteps steps;

    Stage() {
        this.environment = TestWorkflowEnvironment.newInstance(withAttributes(TestEnvironmentOptions.newBuilder())
                // Recorded histories name nobody's machine.
                .setWorkflowClientOptions(
                        WorkflowClientOptions.newBuilder().setIdentity("stage").build())
                .build());
        this.steps = new ScriptedSteps(client());
        WorkerOptions heartbeatsAtOnce = WorkerOptions.newBuilder()
                .setMaxHeartbeatThrottleInterval(Duration.ofMillis(1))
                .setDefaultHeartbeatThrottleInterval(Duration.ofMillis(1))
                .build();
        var control = environment.newWorker(TaskQueues.CONTROL);
        control.registerWorkflowImplementationTypes(Workflows.implementations());
        control.registerActivitiesImplementations(steps.registry(), steps.recovery());
        environment
                .newWorker(TaskQueues.host(HOST), heartbeatsAtOnce)
                .registerActivitiesImplementations(steps.engine());
        environment.start();
    }

    /** A server that knows what runs are found by. */
    static TestEnvironmentOptions.Builder withAttributes(TestEnvironmentOptions.Builder options) {
        RunAttributes.names()
                .forEach(name -> options.registerSearchAttribute(name, IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD));
        return options;
    }

    /** One performance: what happened, how it ended, how that is shown in lists, and how to find its history. */
    record Play(
            Script script, Outcome outcome, SearchAttributes attributes, WorkflowExecution execution, Duration took) {}

    Play play(Branch branch) throws TimeoutException {
        Script script = new Script();
        branch.script().accept(script);
        OperationRef operation = new OperationRef(OperationId.random(), EngineId.random(), HOST);
        steps.perform(operation, script);
        WorkflowStub stub = client().newUntypedWorkflowStub(
                        branch.type(),
                        WorkflowOptions.newBuilder()
                                .setWorkflowId(TaskQueues.workflowId(operation.engineId()))
                                .setTaskQueue(TaskQueues.CONTROL)
                                .setTypedSearchAttributes(
                                        RunAttributes.of(operation.engineId(), PRODUCT, branch.kind()))
                                .build());
        WorkflowExecution execution = stub.start(operation);
        Outcome outcome = outcome(stub);
        // Not by the server's clock: left alone, it runs on for years.
        WorkflowExecutionMetadata closed = stub.describe();
        return new Play(
                script,
                outcome,
                closed.getTypedSearchAttributes(),
                execution,
                Duration.between(closed.getStartTime(), closed.getCloseTime()));
    }

    /** Temporal ends every run that was asked to cancel as cancelled, whatever it returns. */
    private static Outcome outcome(WorkflowStub stub) throws TimeoutException {
        try {
            return stub.getResult(PATIENCE_S, TimeUnit.SECONDS, Outcome.class);
        } catch (WorkflowFailedException failed) {
            if (failed.getCause() instanceof CanceledFailure) {
                return Outcome.CANCELLED;
            }
            throw failed;
        }
    }

    WorkflowClient client() {
        return environment.getWorkflowClient();
    }

    @Override
    public void close() {
        environment.close();
    }
}
