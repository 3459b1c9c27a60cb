package ai.september.bap.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.engine.EngineStatus;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.operation.Failure;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.OperationStatus;
import ai.september.bap.registry.operation.Verb;
import ai.september.bap.testing.Await;
import ai.september.bap.testing.TestDatabase;
import ai.september.bap.testing.registry.TestRegistry;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowExecutionDescription;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.client.WorkflowStub;
import io.temporal.client.WorkflowTargetOptions;
import io.temporal.common.interceptors.WorkflowClientCallsInterceptor;
import io.temporal.common.interceptors.WorkflowClientCallsInterceptorBase;
import io.temporal.common.interceptors.WorkflowClientInterceptorBase;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.WorkerOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** On Temporal's in-process server, in real time, with a real registry. */
@Timeout(300)
class OperationStarterTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @RegisterExtension
    static final TestDatabase db = TestRegistry.database();

    private static TestWorkflowEnvironment temporal;
    private static TestRegistry registry;
    private static LedgerSteps steps;
    private static OperationStarter starter;

    @BeforeAll
    static void open() {
        registry = new TestRegistry(db);
        steps = new LedgerSteps(registry.ledger);
        temporal = TestWorkflowEnvironment.newInstance(
                Stage.withAttributes(TestEnvironmentOptions.newBuilder().setUseTimeskipping(false))
                        .build());
        var control = temporal.newWorker(TaskQueues.CONTROL);
        control.registerWorkflowImplementationTypes(Workflows.implementations());
        control.registerActivitiesImplementations(steps.registry());
        temporal.newWorker(
                        TaskQueues.host(Stage.HOST),
                        WorkerOptions.newBuilder()
                                .setMaxHeartbeatThrottleInterval(Duration.ofMillis(5))
                                .build())
                .registerActivitiesImplementations(steps.engine());
        temporal.start();
        starter = new OperationStarter(temporal.getWorkflowClient(), registry.ledger);
    }

    @AfterAll
    static void close() {
        temporal.close();
    }

    @Test
    void aStartedOperationIsCarriedOutToItsEnd() {
        Operation operation = registry.begin(Verb.PROVISION, newUser());

        starter.start(operation);

        awaitEnd(operation);
        assertThat(registry.operation(operation.operationId()).status()).isEqualTo(OperationStatus.SUCCEEDED);
        assertThat(status(operation.userId())).contains(EngineStatus.RUNNING);
        assertThat(run(operation).getWorkflowType()).isEqualTo("ProvisionEngine");
    }

    @Test
    void aRunIsFoundByEngineProductAndKindAndInTheEndByItsOutcome() {
        Operation operation = held(Verb.PROVISION, newUser());
        starter.start(operation);
        awaitWork(operation);
        String product = registry.ledger.productOf(operation).toString();
        assertThat(product).startsWith("acme-");
        assertThat(attributes(operation))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "BapEngine",
                        operation.engineId().toString(),
                        "BapProduct",
                        product,
                        "BapKind",
                        "provision",
                        "BapOutcome",
                        "running"));

        steps.release(operation.operationId());
        awaitEnd(operation);

        Await.atMost(PATIENCE, "the outcome is shown")
                .untilAsserted(() -> assertThat(attributes(operation)).containsEntry("BapOutcome", "succeeded"));
    }

    @Test
    void startingTwiceIsOneRunHoweverManyDo() throws Exception {
        Operation operation = held(Verb.PROVISION, newUser());

        atOnce(8, () -> starter.start(operation));
        String first = run(operation).getExecution().getRunId();
        starter.start(operation);
        starter.attend(operation);

        assertThat(run(operation).getExecution().getRunId()).isEqualTo(first);
        assertThat(registry.operation(operation.operationId()).runId()).isEqualTo(first);
        assertThat(run(operation).getStatus()).isEqualTo(WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING);
        steps.release(operation.operationId());
        awaitEnd(operation);
    }

    @Test
    void theRunOfAnOperationThatWasPreemptedIsEndedForItsSuccessor() {
        Operation provision = held(Verb.PROVISION, newUser());
        starter.start(provision);
        awaitWork(provision);

        Operation destroy = registry.begin(Verb.DESTROY, provision.userId());
        starter.start(destroy);

        awaitEnd(destroy);
        assertThat(registry.operation(destroy.operationId()).status()).isEqualTo(OperationStatus.SUCCEEDED);
        assertThat(registry.operation(provision.operationId()).status()).isEqualTo(OperationStatus.CANCELLED);
        assertThat(status(provision.userId())).isEmpty();
        assertThat(closedRun(provision).getStatus())
                .isEqualTo(WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_TERMINATED);
    }

    @Test
    void theRunOfAnOperationThatEndedGetsTimeToEndToo() {
        Operation provision = registry.begin(Verb.PROVISION, newUser());
        starter.start(provision);
        awaitEnd(provision);

        Operation stop = registry.begin(Verb.STOP, provision.userId()); // its run may still be there for a moment
        starter.start(stop);

        awaitEnd(stop);
        assertThat(closedRun(provision).getStatus())
                .isEqualTo(WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_COMPLETED);
    }

    @Test
    void aRunThatOutlivesItsOperationIsEndedInTheEnd() {
        Operation provision = held(Verb.PROVISION, newUser());
        starter.start(provision);
        awaitWork(provision);
        registry.ledger.running(provision.operationId(), 1, ScriptedSteps.STARTED_AT);

        Operation stop = registry.begin(Verb.STOP, provision.userId());
        starter.start(stop);

        awaitEnd(stop);
        assertThat(status(provision.userId())).contains(EngineStatus.STOPPED);
    }

    @Test
    void aLateStartOfAnOperationThatEndedStartsNothing() {
        Operation cancelled = registry.begin(Verb.PROVISION, newUser());
        registry.ledger.cancelled(cancelled.operationId(), new Failure(ErrorCode.UNAVAILABLE, "By an operator."));

        starter.start(cancelled);
        starter.attend(cancelled);

        assertThat(find(cancelled)).isEmpty();
    }

    @Test
    void aLateStartOfAnOperationThatWasPreemptedLeavesItsSuccessorAlone() {
        Operation provision = registry.begin(Verb.PROVISION, newUser());
        Operation stop = held(Verb.STOP, provision.userId());
        starter.start(stop);
        awaitWork(stop);
        String run = run(stop).getExecution().getRunId();

        starter.start(provision);
        starter.attend(provision);

        assertThat(run(stop).getExecution().getRunId()).isEqualTo(run);
        assertThat(run(stop).getStatus()).isEqualTo(WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING);
        steps.release(stop.operationId());
        awaitEnd(stop);
    }

    @Test
    void aStartThatIsOvertakenByASuccessorLeavesItAlone() {
        Operation provision = registry.begin(Verb.PROVISION, newUser());
        List<Operation> successor = new ArrayList<>();
        OperationStarter slow = new OperationStarter(
                clientThatBeforeItsFirstStart(() -> {
                    Operation stop = held(Verb.STOP, provision.userId());
                    successor.add(stop);
                    starter.start(stop);
                    awaitWork(stop);
                }),
                registry.ledger);

        slow.start(provision); // found it current, and then was slow

        Operation stop = successor.get(0);
        assertThat(run(stop).getStatus()).isEqualTo(WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING);
        steps.release(stop.operationId());
        awaitEnd(stop);
        assertThat(registry.operation(stop.operationId()).status()).isEqualTo(OperationStatus.SUCCEEDED);
    }

    @Test
    void whatTemporalHasLostIsStartedAgain() {
        Operation operation = registry.begin(Verb.PROVISION, newUser());
        registry.ledger.recordRun(operation.operationId(), "lost");

        starter.attend(operation);

        awaitEnd(operation);
        assertThat(registry.operation(operation.operationId()).status()).isEqualTo(OperationStatus.SUCCEEDED);
        assertThat(registry.operation(operation.operationId()).runId()).isNotEqualTo("lost");
    }

    @Test
    void anOperationThatWasNeverStartedIsStartedThoughAnEarlierOneRan() {
        Operation provision = registry.begin(Verb.PROVISION, newUser());
        starter.start(provision);
        awaitEnd(provision);
        Operation stop = registry.begin(Verb.STOP, provision.userId());

        starter.attend(stop);

        awaitEnd(stop);
        assertThat(status(stop.userId())).contains(EngineStatus.STOPPED);
    }

    @Test
    void attendingToARunThatIsAtWorkDoesNothing() {
        Operation operation = held(Verb.PROVISION, newUser());
        starter.start(operation);
        awaitWork(operation);
        String run = run(operation).getExecution().getRunId();

        starter.attend(operation);

        assertThat(run(operation).getExecution().getRunId()).isEqualTo(run);
        steps.release(operation.operationId());
        awaitEnd(operation);
    }

    @Test
    void anOperationWhoseRunAnOperatorTerminatedIsSettled() {
        Operation operation = held(Verb.PROVISION, newUser());
        starter.start(operation);
        awaitWork(operation);
        stub(operation).terminate("by hand");
        steps.release(operation.operationId());

        starter.attend(operation);

        awaitEnd(operation);
        assertThat(run(operation).getWorkflowType()).isEqualTo("SettleEngine");
        assertThat(registry.operation(operation.operationId()).status()).isEqualTo(OperationStatus.CANCELLED);
        assertThat(status(operation.userId())).contains(EngineStatus.FAILED);
    }

    @Test
    void aSettlementThatIsTerminatedTooIsTakenUpAgain() {
        Operation operation = held(Verb.STOP, provisioned());
        starter.start(operation);
        awaitWork(operation);
        steps.holdSettlement(operation.operationId());
        stub(operation).terminate("by hand");
        starter.attend(operation);
        stub(operation).terminate("by hand again");
        steps.release(operation.operationId());

        starter.attend(operation);

        awaitEnd(operation);
        assertThat(registry.operation(operation.operationId()).status()).isEqualTo(OperationStatus.CANCELLED);
        assertThat(status(operation.userId())).contains(EngineStatus.STOPPED);
    }

    @Test
    void anOperationWhoseRunAnOperatorCancelledClosesItself() {
        Operation operation = held(Verb.PROVISION, newUser());
        starter.start(operation);
        awaitWork(operation);

        stub(operation).cancel();

        awaitEnd(operation);
        assertThat(registry.operation(operation.operationId()).status()).isEqualTo(OperationStatus.CANCELLED);
        assertThat(registry.operation(operation.operationId()).errorCode()).isEqualTo("UNAVAILABLE");
    }

    @Test
    void afterASettlementTheEngineCanBeUsedAgain() {
        Operation operation = held(Verb.PROVISION, newUser());
        starter.start(operation);
        awaitWork(operation);
        stub(operation).terminate("by hand");
        steps.release(operation.operationId());
        starter.attend(operation);
        awaitEnd(operation);

        Operation retry = registry.begin(Verb.PROVISION, operation.userId());
        starter.start(retry);

        awaitEnd(retry);
        assertThat(status(operation.userId())).contains(EngineStatus.RUNNING);
    }

    private static Operation held(Verb verb, UserId user) {
        Operation operation = registry.begin(verb, user);
        steps.hold(operation.operationId());
        return operation;
    }

    private static UserId provisioned() {
        Operation provision = registry.begin(Verb.PROVISION, newUser());
        starter.start(provision);
        awaitEnd(provision);
        return provision.userId();
    }

    private static UserId newUser() {
        return new UserId("user-" + UUID.randomUUID());
    }

    private static Optional<EngineStatus> status(UserId user) {
        return registry.engine(user).map(EngineRow::status);
    }

    private static void awaitEnd(Operation operation) {
        Await.atMost(PATIENCE, operation + " ends")
                .until(() ->
                        registry.operation(operation.operationId()).status().isEnded());
    }

    private static void awaitWork(Operation operation) {
        Await.atMost(PATIENCE, operation + " is at work").until(() -> steps.isAtWork(operation.operationId()));
    }

    private static WorkflowStub stub(Operation operation) {
        return temporal.getWorkflowClient().newUntypedWorkflowStub(TaskQueues.workflowId(operation.engineId()));
    }

    private static WorkflowExecutionDescription run(Operation operation) {
        return stub(operation).describe();
    }

    private static Map<String, Object> attributes(Operation operation) {
        return run(operation).getTypedSearchAttributes().getUntypedValues().entrySet().stream()
                .collect(Collectors.toMap(attribute -> attribute.getKey().getName(), Map.Entry::getValue));
    }

    /** The run that the registry knows the operation by, once it has closed. */
    private static WorkflowExecutionDescription closedRun(Operation operation) {
        String runId = Objects.requireNonNull(
                registry.operation(operation.operationId()).runId());
        WorkflowStub stub = temporal.getWorkflowClient()
                .newUntypedWorkflowStub(WorkflowTargetOptions.newBuilder()
                        .setWorkflowId(TaskQueues.workflowId(operation.engineId()))
                        .setRunId(runId)
                        .build());
        Await.atMost(PATIENCE, "the run closes")
                .until(() -> stub.describe().getStatus() != WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING);
        return stub.describe();
    }

    private static Optional<WorkflowExecutionDescription> find(Operation operation) {
        try {
            return Optional.of(run(operation));
        } catch (WorkflowNotFoundException none) {
            return Optional.empty();
        }
    }

    private static WorkflowClient clientThatBeforeItsFirstStart(Runnable happening) {
        AtomicBoolean first = new AtomicBoolean(true);
        return WorkflowClient.newInstance(
                temporal.getWorkflowServiceStubs(),
                temporal.getWorkflowClient().getOptions().toBuilder()
                        .setInterceptors(new WorkflowClientInterceptorBase() {
                            @Override
                            public WorkflowClientCallsInterceptor workflowClientCallsInterceptor(
                                    WorkflowClientCallsInterceptor next) {
                                return new WorkflowClientCallsInterceptorBase(next) {
                                    @Override
                                    public WorkflowStartOutput start(WorkflowStartInput input) {
                                        if (first.getAndSet(false)) {
                                            happening.run();
                                        }
                                        return super.start(input);
                                    }
                                };
                            }
                        })
                        .build());
    }

    private static void atOnce(int threads, Runnable work) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                all.add(executor.submit(work));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } finally {
            executor.shutdownNow();
        }
    }
}
