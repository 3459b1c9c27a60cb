package ai.september.bap.activities.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import ai.september.bap.activities.container.ContainerSpec;
import ai.september.bap.activities.container.ContainerState;
import ai.september.bap.activities.container.ContainerStatus;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.operation.EngineLock;
import ai.september.bap.registry.operation.OperationStatus;
import ai.september.bap.registry.operation.Step;
import ai.september.bap.registry.operation.Verb;
import ai.september.bap.testing.Await;
import ai.september.bap.testing.registry.TestRegistry;
import ai.september.bap.workflows.FailureTypes;
import ai.september.bap.workflows.Launch;
import ai.september.bap.workflows.OperationRef;
import io.temporal.failure.ApplicationFailure;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Steps that make, end and remove an engine's process, delivered twice, late and out of order. */
class LaunchStepIT extends StepFixture {

    @Test
    void aLaunchDeliveredTwiceGivesOneProcess() {
        OperationRef provision = begin(Verb.PROVISION);

        Launch first = worker.steps.launchContainer(provision);
        Launch second = worker.steps.launchContainer(provision);

        assertThat(second).isEqualTo(first);
        assertOneProcess();
        assertThat(registry.steps(provision.operationId()))
                .extracting(Step::status)
                .containsExactly(OperationStatus.PENDING, OperationStatus.SUCCEEDED, OperationStatus.PENDING);
    }

    @Test
    void twoWorkersThatDeliverALaunchAtOnceGiveOneProcess() throws Exception {
        OperationRef provision = begin(Verb.PROVISION);
        StepWorker other = worker(LONG);

        Future<Launch> one = worker.begin(steps -> steps.launchContainer(provision));
        Future<Launch> two = other.begin(steps -> steps.launchContainer(provision));

        assertThat(StepWorker.results(List.of(one, two))).hasSize(1);
        assertOneProcess();
    }

    @Test
    void aLaunchThatComesAfterAStopHasEndedStartsNothing() {
        OperationRef provision = begin(Verb.PROVISION);
        worker.steps.launchContainer(provision);
        stopped();

        assertType(worker.failure(steps -> steps.launchContainer(provision)), FailureTypes.SUPERSEDED);
        assertThat(living()).isEmpty();
        assertThat(program.processes()).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void aLaunchThatIsOfThePastOnceItsContainerIsMadeStartsNothing() throws Exception {
        OperationRef provision = begin(Verb.PROVISION);
        StepWorker late = interruptedBy(() -> begin(Verb.STOP));

        assertType(late.failure(steps -> steps.launchContainer(provision)), FailureTypes.SUPERSEDED);

        assertThat(backend.list(provision.engineId()))
                .extracting(ContainerStatus::state)
                .containsExactly(ContainerState.CREATED);
    }

    @Test
    void aLaunchThatComesAfterADestroyHasEndedMakesNothing() throws Exception {
        OperationRef provision = begin(Verb.PROVISION);
        worker.steps.migrateBrain(provision);
        worker.steps.launchContainer(provision);
        OperationRef destroy = begin(Verb.DESTROY);
        worker.steps.removeContainer(destroy);
        worker.steps.removeVolume(destroy);
        registry.ledger.destroyed(destroy.operationId());

        assertType(worker.failure(steps -> steps.migrateBrain(provision)), FailureTypes.SUPERSEDED);
        assertType(worker.failure(steps -> steps.launchContainer(provision)), FailureTypes.SUPERSEDED);
        assertThat(living()).isEmpty();
        assertThat(home.resolve("engines")).isEmptyDirectory();
    }

    @Test
    void whatASupersededOperationStillWantedToEndIsItsSuccessors() throws Exception {
        OperationRef provision = begin(Verb.PROVISION);
        worker.steps.launchContainer(provision);
        OperationRef stop = begin(Verb.STOP);
        worker.steps.stopContainer(stop);
        registry.ledger.stopped(stop.operationId());
        Launch successor = worker.steps.launchContainer(begin(Verb.START));

        assertType(worker.failure(steps -> steps.removeContainer(provision)), FailureTypes.SUPERSEDED);
        assertType(worker.failure(steps -> steps.stopContainer(stop)), FailureTypes.SUPERSEDED);
        assertType(worker.failure(steps -> steps.removeVolume(stop)), FailureTypes.SUPERSEDED);
        assertThat(state(successor)).isEqualTo(ContainerState.RUNNING);
        assertThat(living()).hasSize(1);
    }

    @Test
    void aStepThatWaitsForTheEnginesLockSaysSoAndLetsGoWhenSuperseded() throws Exception {
        OperationRef provision = begin(Verb.PROVISION);
        try (EngineLock.Held other = new EngineLock(registry.jdbi).take(provision.engineId())) {
            Future<ApplicationFailure> launch = worker.beginToFail(steps -> steps.launchContainer(provision));
            Await.atMost(SOON, "a heartbeat tells why it waits")
                    .until(() -> worker.heartbeats().contains("waits for the engine's lock"));

            begin(Verb.STOP);

            assertType(launch.get(SOON.toSeconds(), TimeUnit.SECONDS), FailureTypes.SUPERSEDED);
        }
        assertThat(program.processes()).isEmpty();
    }

    @Test
    void onlySoManyStepsWaitForLocksAtOnceAndTheOthersLetGoToo() throws Exception {
        FencedStep narrow =
                opened(new FencedStep(registry.ledger, new EngineLock(registry.jdbi), 1, StepObserver.NOBODY));
        StepWorker first = opened(new StepWorker(steps(narrow, LONG, Clock.systemUTC())));
        StepWorker second = opened(new StepWorker(steps(narrow, LONG, Clock.systemUTC())));
        OperationRef one = begin(Verb.PROVISION);
        UserId otherUser = TestRegistry.newUser();
        OperationRef two = OperationRef.to(registry.begin(Verb.PROVISION, otherUser));
        try (EngineLock.Held held = new EngineLock(registry.jdbi).take(one.engineId())) {
            Future<ApplicationFailure> waiting = first.beginToFail(steps -> steps.launchContainer(one));
            Await.atMost(SOON, "the first has the only turn")
                    .until(() -> first.heartbeats().contains("waits for the engine's lock"));
            Future<ApplicationFailure> launch = second.beginToFail(steps -> steps.launchContainer(two));
            Await.atMost(SOON, "the second waits for its turn")
                    .until(() -> second.heartbeats().contains("waits for its turn on this worker"));

            registry.begin(Verb.STOP, otherUser);

            assertType(launch.get(SOON.toSeconds(), TimeUnit.SECONDS), FailureTypes.SUPERSEDED);
            assertThat(waiting.isDone()).isFalse();
            begin(Verb.STOP);
            assertType(waiting.get(SOON.toSeconds(), TimeUnit.SECONDS), FailureTypes.SUPERSEDED);
        }
        assertThat(program.processes()).isEmpty();
    }

    @Test
    void aPortThatAStrangerHoldsIsLeftForTheNextFreeOne() throws Exception {
        OperationRef provision = begin(Verb.PROVISION);
        int port = port(provision);
        try (ServerSocket stranger = stranger(port)) {
            Launch launch = worker.steps.launchContainer(provision);

            assertThat(stranger.isBound()).isTrue();
            assertThat(port(provision)).isEqualTo(port + 1);
            assertThat(backend.list(provision.engineId()))
                    .extracting(ContainerStatus::id, ContainerStatus::address)
                    .containsExactly(tuple(id(launch), URI.create("http://127.0.0.1:" + (port + 1))));
            assertOneProcess();
        }
    }

    @Test
    void aHostWhosePortsAreAllHeldByStrangersSaysSo() throws Exception {
        OperationRef provision = begin(Verb.PROVISION);
        int port = port(provision);
        try (ServerSocket one = stranger(port);
                ServerSocket two = stranger(port + 1);
                ServerSocket three = stranger(port + 2)) {
            assertThat(List.of(one, two, three)).allMatch(ServerSocket::isBound);

            assertType(worker.failure(steps -> steps.launchContainer(provision)), ErrorCode.PORT_EXHAUSTION.name());
        }
        assertThat(program.processes()).isEmpty();
    }

    @Test
    void aFrozenEngineIsThawedByALaunch() throws Exception {
        OperationRef provision = begin(Verb.PROVISION);
        Launch launch = worker.steps.launchContainer(provision);
        assertOneProcess();
        backend.pause(id(launch));

        Launch again = worker.steps.launchContainer(provision);

        assertThat(again.containerId()).isEqualTo(launch.containerId());
        assertThat(again.startedAt()).as("its boot is counted from now").isAfter(launch.startedAt());
        assertThat(state(launch)).isEqualTo(ContainerState.RUNNING);
        assertOneProcess();
    }

    @Test
    void anEngineThatWasUpBeforeAStartIsGivenTheWholeTimeToAnswer() throws Exception {
        Launch launch = provisioned();
        EngineId engine = backend.inspect(id(launch)).orElseThrow().engineId();
        registry.beginSleep(engine);
        OperationRef start = begin(Verb.START);

        Launch adopted = worker.steps.launchContainer(start);

        assertThat(adopted.containerId()).isEqualTo(launch.containerId());
        assertThat(adopted.startedAt())
                .isEqualTo(registry.operation(start.operationId()).createdAt())
                .isAfter(launch.startedAt());
        assertOneProcess();
    }

    @Test
    void aStopEndsAFrozenEngine() throws Exception {
        Launch launch = provisioned();
        assertOneProcess();
        backend.pause(id(launch));

        stopped();

        assertThat(living()).isEmpty();
        assertThat(state(launch)).isEqualTo(ContainerState.EXITED);
    }

    @Test
    void aVolumeGoesThoughALateLaunchPutAContainerThereAgain() throws Exception {
        OperationRef provision = begin(Verb.PROVISION);
        ContainerSpec spec = Launcher.spec(registry.ledger.order(provision.operationId()));
        OperationRef destroy = begin(Verb.DESTROY);
        worker.steps.removeContainer(destroy);
        // A call of a worker that lost its database while it was in flight.
        backend.start(backend.createOrAdopt(spec).id());

        worker.steps.removeVolume(destroy);

        assertThat(living()).isEmpty();
        assertThat(home.resolve("engines")).isEmptyDirectory();
    }
}
