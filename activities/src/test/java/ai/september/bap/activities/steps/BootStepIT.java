package ai.september.bap.activities.steps;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.activities.container.ContainerState;
import ai.september.bap.registry.engine.EngineStatus;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.OperationStatus;
import ai.september.bap.registry.operation.StepName;
import ai.september.bap.registry.operation.Verb;
import ai.september.bap.registry.product.SleepMode;
import ai.september.bap.testing.Await;
import ai.september.bap.workflows.Boot;
import ai.september.bap.workflows.FailureTypes;
import ai.september.bap.workflows.Launch;
import ai.september.bap.workflows.OperationRef;
import com.sun.net.httpserver.HttpServer;
import io.temporal.failure.ApplicationFailure;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Waiting for the first healthy answer, and everything that comes instead. */
class BootStepIT extends StepFixture {

    private static final Duration HOUR = Duration.ofHours(1);

    private OperationRef provision;

    @BeforeEach
    void beginProvision() {
        provision = begin(Verb.PROVISION);
    }

    private Launch launched(String mode) {
        program.steer(mode);
        return worker.steps.launchContainer(provision);
    }

    /** A worker for which everything that is launched now was launched an hour before it began. */
    private StepWorker laterWorker(Duration bootTimeout) {
        return worker(bootTimeout, Clock.offset(Clock.systemUTC(), HOUR));
    }

    private ApplicationFailure failure(StepWorker by, Launch launch) {
        return by.failure(steps -> steps.awaitHealthy(provision, launch));
    }

    @Test
    void theFirstHealthyAnswerEndsTheBoot() {
        Launch launch = launched("serves");

        Boot boot = worker.steps.awaitHealthy(provision, launch);

        assertThat(boot.healthyAt()).isBetween(launch.startedAt(), Instant.now());
        assertThat(boot.durationMs()).isEqualTo((int)
                Duration.between(launch.startedAt(), boot.healthyAt()).toMillis());
        assertThat(worker.steps.awaitHealthy(provision, launch).durationMs()).isPositive();
        assertOneProcess();
    }

    /** The operation by which an engine comes up that serves, and then was put to sleep. */
    private OperationRef afterSleep(SleepMode mode) throws InterruptedException {
        Launch launch = launched("serves");
        Boot boot = worker.steps.awaitHealthy(provision, launch);
        registry.ledger.running(provision.operationId(), boot.durationMs(), boot.healthyAt());
        Operation sleep = registry.beginSleep(provision.engineId());
        if (mode == SleepMode.PAUSE) {
            backend.pause(id(launch));
        } else {
            backend.stop(id(launch), SOON);
        }
        registry.ledger.asleep(sleep.operationId(), mode);
        return begin(Verb.START);
    }

    @ParameterizedTest
    @EnumSource(SleepMode.class)
    void theWayUpFromSleepIsOneStepHoweverOftenItIsDelivered(SleepMode mode) throws Exception {
        OperationRef start = afterSleep(mode);

        worker.steps.wakeContainer(start);
        worker.steps.wakeContainer(start);

        assertThat(registry.operation(start.operationId()).status()).isEqualTo(OperationStatus.SUCCEEDED);
        assertThat(registry.engine(provision.engineId()).status()).isEqualTo(EngineStatus.RUNNING);
        assertThat(living()).hasSize(1);
        assertThat(program.processes()).hasSize(mode == SleepMode.PAUSE ? 1 : 2);
    }

    @Test
    void theWayUpFromSleepThatComesTooLateDoesNothing() throws Exception {
        OperationRef start = afterSleep(SleepMode.STOP);
        begin(Verb.DESTROY);

        assertType(worker.failure(steps -> steps.wakeContainer(start)), FailureTypes.SUPERSEDED);
        assertThat(living()).isEmpty();
    }

    @Test
    void anEngineThatExitsWhileBootingFailsAtOnceAndItsLastWordsAreKeptMasked() {
        Launch launch = launched("exits");

        ApplicationFailure failure = failure(worker, launch);

        assertType(failure, ErrorCode.BACKEND_ERROR.name());
        assertThat(failure.getOriginalMessage()).contains("exit code 3").doesNotContain("catalog");
        assertThat(registry.operation(provision.operationId()).engineOutput())
                .isEqualTo("no catalog, key [REDACTED], hash [REDACTED]");
    }

    @Test
    void anEngineThatSaidNothingLeavesNoLastWords() {
        Launch launch = launched("exits-silently");

        assertType(failure(worker, launch), ErrorCode.BACKEND_ERROR.name());
        assertThat(registry.operation(provision.operationId()).engineOutput()).isNull();
    }

    @Test
    void anEngineThatNeverAnswersIsGivenUpInTime() {
        Launch launch = launched("silent");

        assertType(failure(worker(Duration.ofSeconds(1)), launch), ErrorCode.BOOT_TIMEOUT.name());
        assertThat(registry.operation(provision.operationId()).engineOutput())
                .isEqualTo("still waiting with [REDACTED]");
    }

    @Test
    void aBootLetsGoSoonAfterItWasPreempted() throws Exception {
        Launch launch = launched("silent");
        Future<ApplicationFailure> boot = worker.beginToFail(steps -> steps.awaitHealthy(provision, launch));
        Await.atMost(SOON, "a heartbeat tells what it waits for")
                .until(() -> worker.heartbeats().contains("waits for the first healthy answer"));

        begin(Verb.DESTROY);

        assertType(boot.get(5, TimeUnit.SECONDS), FailureTypes.SUPERSEDED);
    }

    @Test
    void anEngineThatEndedWithTheWorkerThatLaunchedItIsToBeLaunchedAgain() throws Exception {
        Launch launch = launched("silent");
        backend.stop(id(launch), Duration.ZERO);

        assertType(failure(laterWorker(LONG), launch), FailureTypes.LAUNCH_LOST);
        assertThat(registry.operation(provision.operationId()).engineOutput()).isNull();
    }

    @Test
    void anEngineThatIsStillEndingWithAnEarlierWorkerIsNotTakenForOneThatHangs() throws Exception {
        Launch launch = launched("silent");
        StepWorker later = laterWorker(Duration.ofMinutes(1));
        Future<ApplicationFailure> boot = later.beginToFail(steps -> steps.awaitHealthy(provision, launch));
        Await.atMost(SOON, "it is waited for").until(this::isWaitedFor);
        assertThat(boot.isDone()).isFalse();

        backend.stop(id(launch), Duration.ZERO);

        assertType(boot.get(SOON.toSeconds(), TimeUnit.SECONDS), FailureTypes.LAUNCH_LOST);
    }

    private boolean isWaitedFor() {
        return registry.steps(provision.operationId()).stream()
                .anyMatch(step -> step.name() == StepName.AWAIT_HEALTHY && step.status() == OperationStatus.RUNNING);
    }

    @Test
    void anAdoptedEngineDoesNotCountAsHavingBootedForHours() {
        Launch launch = launched("serves");

        Boot boot = laterWorker(Duration.ofMinutes(1)).steps.awaitHealthy(provision, launch);

        assertThat(boot.durationMs()).isEqualTo(60_000);
    }

    @Test
    void anEngineThatSomebodyElseStartedAgainIsLaunchedAgain() throws Exception {
        Launch launch = launched("serves");
        assertThat(state(launch)).isEqualTo(ContainerState.RUNNING);
        Launch earlier = new Launch(launch.containerId(), launch.startedAt().minusMillis(1));

        assertType(failure(worker, earlier), FailureTypes.LAUNCH_LOST);
    }

    @Test
    void anEngineWhosePortWasTakenMeanwhileIsLaunchedAgainAtTheNextOne() throws Exception {
        Launch launch = launched("exits");
        awaitExit(launch);
        int port = port(provision);
        try (ServerSocket stranger = stranger(port)) {
            assertThat(stranger.isBound()).isTrue();
            assertType(failure(worker, launch), FailureTypes.LAUNCH_LOST);

            program.steer("serves");
            Launch again = worker.steps.launchContainer(provision);

            assertThat(worker.steps.awaitHealthy(provision, again).durationMs()).isPositive();
            assertThat(port(provision)).isEqualTo(port + 1);
        }
    }

    @Test
    void theAnswerOfAStrangerAtItsPortIsNotTheEngines() throws Exception {
        Launch launch = launched("silent");
        int port = port(provision);
        AtomicInteger answers = new AtomicInteger();
        HttpServer stranger = StubEngine.serve(port, () -> {
            // The engine boots slowly: it finds its port taken when the stranger has answered several times.
            if (answers.incrementAndGet() == 3) {
                end(launch);
            }
        });
        try {
            assertType(failure(worker, launch), FailureTypes.LAUNCH_LOST);
            assertThat(answers).hasValueGreaterThanOrEqualTo(3);
        } finally {
            stranger.stop(0);
        }
    }

    /** What the engine does as it finds its port taken. */
    private void end(Launch launch) {
        try {
            backend.stop(id(launch), Duration.ZERO);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
