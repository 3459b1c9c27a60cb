package ai.september.bap.activities.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.september.bap.registry.engine.EngineStatus;
import ai.september.bap.registry.id.OperationId;
import ai.september.bap.registry.operation.EngineLock;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.OperationStatus;
import ai.september.bap.registry.operation.Step;
import ai.september.bap.registry.operation.StepName;
import ai.september.bap.registry.operation.Verb;
import ai.september.bap.registry.product.SleepMode;
import ai.september.bap.testing.Await;
import ai.september.bap.testing.registry.TestRegistry;
import ai.september.bap.workflows.FailureTypes;
import ai.september.bap.workflows.Launch;
import ai.september.bap.workflows.OperationRef;
import io.temporal.failure.ApplicationFailure;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Wakes that are done before Temporal asks for them, and Temporal's step, which comes all the same. */
class EagerWakeIT extends StepFixture {

    /** The same steps are asked for by a worker and done eagerly, as in a worker's process. */
    private EngineStepsImpl steps;

    private StepWorker temporal;
    private final List<Operation> given = new CopyOnWriteArrayList<>();

    @BeforeEach
    void openWorker() {
        FencedStep fenced =
                opened(new FencedStep(registry.ledger, new EngineLock(registry.jdbi), 8, StepObserver.NOBODY));
        steps = (EngineStepsImpl) steps(fenced, LONG, Clock.systemUTC());
        temporal = opened(new StepWorker(steps));
    }

    /** The wake of an engine that serves, and was put to sleep. */
    private OperationRef wake(SleepMode mode) throws InterruptedException {
        Launch launch = provisioned();
        Operation sleep =
                registry.beginSleep(registry.engine(user).orElseThrow().engineId());
        if (mode == SleepMode.PAUSE) {
            backend.pause(id(launch));
        } else {
            backend.stop(id(launch), SOON);
        }
        registry.ledger.asleep(sleep.operationId(), mode);
        return OperationRef.to(registry.beginWake(user));
    }

    private void assertIsUp(OperationRef wake) {
        assertThat(registry.operation(wake.operationId()).status()).isEqualTo(OperationStatus.SUCCEEDED);
        assertThat(registry.engine(wake.engineId()).status()).isEqualTo(EngineStatus.RUNNING);
        assertThat(living()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(SleepMode.class)
    void isDoneBeforeTemporalAsksForItAndThenFoundDone(SleepMode mode) throws Exception {
        OperationRef wake = wake(mode);

        steps.wakeEagerly(wake);

        assertIsUp(wake);
        assertThat(registry.steps(wake.operationId()))
                .filteredOn(step -> step.name() == StepName.LAUNCH_CONTAINER || step.name() == StepName.AWAIT_HEALTHY)
                .hasSize(2)
                .extracting(Step::status)
                .containsOnly(OperationStatus.SUCCEEDED);
        temporal.steps.wakeContainer(wake);
        assertIsUp(wake);
        assertThat(program.processes()).hasSize(mode == SleepMode.PAUSE ? 1 : 2);
    }

    @Test
    void whoeverIsHeardOfASecondTimeIsLeftToWhoHasBegun() throws Exception {
        OperationRef wake = wake(SleepMode.PAUSE);
        registry.ledger.begin(wake.operationId());

        steps.wakeEagerly(wake);

        assertThat(registry.operation(wake.operationId()).status()).isEqualTo(OperationStatus.RUNNING);
        temporal.steps.wakeContainer(wake);
        assertIsUp(wake);
    }

    @Test
    void bothAtOnceBringUpOneProcess() throws Exception {
        OperationRef wake = wake(SleepMode.PAUSE);
        CompletableFuture<Void> eager;
        Future<OperationRef> asked;
        try (EngineLock.Held held = new EngineLock(registry.jdbi).take(wake.engineId())) {
            eager = CompletableFuture.runAsync(() -> steps.wakeEagerly(wake));
            Await.atMost(SOON, "it has begun")
                    .until(() -> registry.operation(wake.operationId()).status() == OperationStatus.RUNNING);
            asked = temporal.begin(worker -> {
                worker.wakeContainer(wake);
                return wake;
            });
        }

        eager.get(SOON.toSeconds(), TimeUnit.SECONDS);
        asked.get(SOON.toSeconds(), TimeUnit.SECONDS);

        assertIsUp(wake);
        assertThat(program.processes()).hasSize(1);
    }

    @Test
    void anEngineThatTakesItsTimeIsLeftToTemporal() throws Exception {
        OperationRef wake = wake(SleepMode.STOP);
        program.steer("silent");

        assertThatThrownBy(() -> steps.wakeEagerly(wake)).isInstanceOfSatisfying(ApplicationFailure.class, left -> {
            assertThat(left.getOriginalMessage()).contains("takes its time");
            assertThat(left.isNonRetryable()).isFalse();
        });

        assertThat(registry.operation(wake.operationId()).status()).isEqualTo(OperationStatus.RUNNING);
        assertThat(living()).hasSize(1);
        program.steer("serves");
        backend.stop(backend.list(wake.engineId()).get(0).id(), Duration.ZERO);
        temporal.steps.wakeContainer(wake);
        assertIsUp(wake);
    }

    @Test
    void whatIsSupersededIsLeftAlone() throws Exception {
        OperationRef wake = wake(SleepMode.STOP);
        begin(Verb.DESTROY);

        assertThatThrownBy(() -> steps.wakeEagerly(wake))
                .isInstanceOfSatisfying(
                        ApplicationFailure.class, failure -> assertType(failure, FailureTypes.SUPERSEDED));

        assertThat(living()).isEmpty();
    }

    @Test
    void whatFailsIsGivenToTemporal() throws Exception {
        OperationRef wake = wake(SleepMode.STOP);
        program.steer("exits");

        try (EagerWakes eager = new EagerWakes(registry.ledger, steps, given::add, 2, SOON)) {
            eager.begun(wake.operationId());
            Await.atMost(SOON, "it was given to Temporal").until(() -> !given.isEmpty());
        }

        assertThat(given).extracting(Operation::operationId).containsExactly(wake.operationId());
        assertThat(registry.operation(wake.operationId()).status()).isEqualTo(OperationStatus.RUNNING);
    }

    @Test
    void onlyWakesAreWokenAndWhoEndsWaitsForThem() throws Exception {
        OperationRef wake = wake(SleepMode.STOP);
        OperationRef other = OperationRef.to(registry.begin(Verb.PROVISION, TestRegistry.newUser()));

        try (EagerWakes eager = new EagerWakes(registry.ledger, steps, given::add, 2, SOON)) {
            eager.begun(other.operationId());
            eager.begun(OperationId.random());
            Await.atMost(SOON, "there is a turn for it").until(() -> {
                eager.begun(wake.operationId());
                return registry.operation(wake.operationId()).status() != OperationStatus.PENDING;
            });
        }

        assertIsUp(wake);
        assertThat(given).isEmpty();
        assertThat(registry.operation(other.operationId()).status()).isEqualTo(OperationStatus.PENDING);
    }
}
