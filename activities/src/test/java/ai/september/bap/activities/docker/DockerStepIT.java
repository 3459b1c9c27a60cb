package ai.september.bap.activities.docker;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.september.bap.activities.container.ContainerId;
import ai.september.bap.activities.container.ContainerState;
import ai.september.bap.activities.container.ContainerStatus;
import ai.september.bap.activities.probe.HealthProbe;
import ai.september.bap.activities.steps.BootWatch;
import ai.september.bap.activities.steps.EngineStepsImpl;
import ai.september.bap.activities.steps.FencedStep;
import ai.september.bap.activities.steps.IdleWatch;
import ai.september.bap.activities.steps.Launcher;
import ai.september.bap.activities.steps.OutputMask;
import ai.september.bap.activities.steps.StepObserver;
import ai.september.bap.activities.steps.StepWorker;
import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.ImageRef;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.operation.EngineLock;
import ai.september.bap.registry.operation.Failure;
import ai.september.bap.registry.operation.Verb;
import ai.september.bap.testing.Await;
import ai.september.bap.testing.TestDatabase;
import ai.september.bap.testing.registry.TestRegistry;
import ai.september.bap.workflows.Boot;
import ai.september.bap.workflows.FailureTypes;
import ai.september.bap.workflows.Launch;
import ai.september.bap.workflows.OperationRef;
import io.temporal.failure.ApplicationFailure;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The steps of operations with containers of a real daemon. */
class DockerStepIT extends DockerFixture {

    private static final int PORTS = 3;

    @RegisterExtension
    final TestDatabase database = TestRegistry.database();

    private final UserId user = TestRegistry.newUser();
    private TestRegistry registry;
    private FencedStep fenced;
    private StepWorker worker;
    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeEach
    void openWorker() throws Exception {
        registry = new TestRegistry(database, freePort(), PORTS);
        fenced = new FencedStep(registry.ledger, new EngineLock(registry.jdbi), 8, StepObserver.NOBODY);
        opened.add(fenced);
        worker = worker(Duration.ofMinutes(1));
        opened.add(worker);
    }

    @AfterEach
    void closeWorker() throws Exception {
        for (AutoCloseable resource : opened) {
            resource.close();
        }
    }

    private StepWorker worker(Duration bootTimeout) {
        return worker(backend, bootTimeout);
    }

    private StepWorker worker(DockerBackend backend, Duration bootTimeout) {
        Clock clock = Clock.systemUTC();
        BootWatch watch = new BootWatch(
                backend,
                new HealthProbe(Duration.ofSeconds(2)),
                registry.ledger,
                new OutputMask(Map.of("LLM_API_KEY", PROVIDER_KEY)),
                bootTimeout,
                clock);
        return new StepWorker(new EngineStepsImpl(
                backend,
                registry.ledger,
                fenced,
                new Launcher(backend, registry.ledger, GRACE, clock),
                watch,
                new IdleWatch(registry.jdbi, new HealthProbe(Duration.ofSeconds(2)), clock),
                GRACE));
    }

    private OperationRef begin(Verb verb) {
        return OperationRef.to(registry.begin(verb, user, image));
    }

    private EngineRow engine(OperationRef operation) {
        return registry.engine(operation.engineId());
    }

    /** An engine that a provision has brought up, and the operation is over. */
    private Launch provisioned() {
        OperationRef provision = begin(Verb.PROVISION);
        worker.steps.migrateBrain(provision);
        Launch launch = worker.steps.launchContainer(provision);
        registry.ledger.running(provision.operationId(), 1, Instant.now());
        return launch;
    }

    private static ContainerId id(Launch launch) {
        return new ContainerId(launch.containerId());
    }

    private void assertNothingIsLeft(OperationRef operation) throws InterruptedException {
        assertThat(backend.list(operation.engineId())).isEmpty();
        assertThat(client.listVolumesCmd()
                        .withFilter("label", new Labels(installation).selectOurs())
                        .exec()
                        .getVolumes())
                .isEmpty();
    }

    private static void assertType(ApplicationFailure failure, String type) {
        assertThat(failure.getType()).as(failure.getOriginalMessage()).isEqualTo(type);
        assertThat(failure.isNonRetryable()).isTrue();
    }

    @Test
    void aProvisionBringsUpOneContainerHoweverOftenItsStepsAreDelivered() throws Exception {
        OperationRef provision = begin(Verb.PROVISION);
        worker.steps.migrateBrain(provision);
        worker.steps.migrateBrain(provision);
        Launch launch = worker.steps.launchContainer(provision);
        assertThat(worker.steps.launchContainer(provision)).isEqualTo(launch);
        worker.steps.migrateBrain(provision);
        Boot boot = worker.steps.awaitHealthy(provision, launch);

        assertThat(boot.durationMs()).isPositive();
        assertThat(backend.list()).extracting(ContainerStatus::id).containsExactly(id(launch));
        assertThat(engine(provision).imageId()).isEqualTo(raw(id(launch)).getImageId());
        assertThat(engine(provision).brainImageId()).isEqualTo(engine(provision).imageId());
    }

    @Test
    void twoWorkersThatDeliverALaunchAtOnceMakeOneContainer() throws Exception {
        OperationRef provision = begin(Verb.PROVISION);
        try (StepWorker other = worker(Duration.ofMinutes(1))) {
            Future<Launch> one = worker.begin(steps -> steps.launchContainer(provision));
            Future<Launch> two = other.begin(steps -> steps.launchContainer(provision));

            assertThat(StepWorker.results(List.of(one, two))).hasSize(1);
        }
        assertThat(backend.list()).hasSize(1);
    }

    @Test
    void aStoppedEngineIsStartedInItsContainerAndARotatedOneInAnother() throws Exception {
        Launch first = provisioned();
        OperationRef stop = begin(Verb.STOP);
        worker.steps.stopContainer(stop);
        registry.ledger.stopped(stop.operationId());
        assertThat(state(id(first))).isEqualTo(ContainerState.EXITED);
        OperationRef start = begin(Verb.START);
        worker.steps.migrateBrain(start);
        Launch second = worker.steps.launchContainer(start);
        registry.ledger.running(start.operationId(), 1, Instant.now());
        assertThat(second.containerId()).isEqualTo(first.containerId());

        OperationRef rotate = begin(Verb.ROTATE_KEY);
        Launch third = worker.steps.launchContainer(rotate);

        assertThat(backend.list()).extracting(ContainerStatus::id).containsExactly(id(third));
        assertThat(third.containerId()).isNotEqualTo(first.containerId());
        assertThat(raw(id(third)).getConfig().getEnv())
                .contains("ENGINE_KEY_HASH=" + engine(rotate).effectiveKeyHash().toHex());
    }

    @Test
    void aTagThatMovedMeanwhileDoesNotChangeAnEngineThatIsStartedAgain() throws Exception {
        image = movable();
        Launch first = provisioned();
        String imageId = raw(id(first)).getImageId();
        stopped();
        move(image);

        OperationRef start = begin(Verb.START);
        worker.steps.migrateBrain(start);
        Launch again = worker.steps.launchContainer(start);

        assertThat(backend.imageId(image, null)).isNotEqualTo(imageId);
        assertThat(raw(id(again)).getImageId()).isEqualTo(imageId);
    }

    @Test
    void aPortThatAStrangerHoldsIsLeftForTheNextFreeOne() throws Exception {
        OperationRef provision = begin(Verb.PROVISION);
        int port = requireNonNull(engine(provision).port());
        try (ServerSocket stranger = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            worker.steps.launchContainer(provision);
            assertThat(stranger.isBound()).isTrue();
        }
        assertThat(engine(provision).port()).isGreaterThan(port);
        assertThat(backend.list()).hasSize(1).allMatch(ContainerStatus::isLive);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/volumes/create", "/containers/create"})
    void whatIsBeingMadeWhenADestroyTakesPrecedenceGoesWithIt(String call) throws Exception {
        OperationRef provision = begin(Verb.PROVISION);
        try (HeldCalls held = new HeldCalls(home.resolve("held.sock"), call);
                DockerDaemon busy = held.daemon();
                StepWorker late = worker(new DockerBackend(busy, settings()), Duration.ofMinutes(1))) {
            Future<ApplicationFailure> launch = late.beginToFail(steps -> steps.launchContainer(provision));
            held.awaitCall();
            OperationRef destroy = begin(Verb.DESTROY);
            Future<OperationRef> destruction = worker.begin(steps -> {
                steps.removeContainer(destroy);
                steps.removeVolume(destroy);
                return destroy;
            });
            assertThatThrownBy(() -> launch.get(3, TimeUnit.SECONDS))
                    .as("it is told meanwhile, and waits for what it has begun")
                    .isInstanceOf(TimeoutException.class);

            held.letThrough();

            held.awaitAnswer();
            assertType(launch.get(), FailureTypes.SUPERSEDED);
            assertNothingIsLeft(destruction.get());
        }
    }

    @Test
    void aPullEndsWhenADestroyTakesPrecedence() throws Exception {
        try (ImageRegistry images = new ImageRegistry();
                DockerDaemon loggedIn = images.login(home)) {
            images.push("1", "large");
            images.stall();
            image = images.image("1");
            OperationRef provision = begin(Verb.PROVISION);
            DockerBackend pulling = new DockerBackend(
                    loggedIn, settings(List.of("migrate"), Duration.ofMinutes(1), PullPolicy.MISSING));
            try (StepWorker patient = worker(pulling, Duration.ofMinutes(1))) {
                Future<ApplicationFailure> migration = patient.beginToFail(steps -> steps.migrateBrain(provision));
                images.awaitStalled();

                OperationRef destroy = begin(Verb.DESTROY);
                worker.steps.removeContainer(destroy);

                assertType(migration.get(5, TimeUnit.SECONDS), FailureTypes.SUPERSEDED);
                images.awaitHungUp();
            }
        }
    }

    private OperationRef stopped() {
        OperationRef stop = begin(Verb.STOP);
        worker.steps.stopContainer(stop);
        worker.steps.removeContainer(stop);
        registry.ledger.stopped(stop.operationId());
        return stop;
    }

    @Test
    void anEngineWhoseVolumeIsGoneDoesNotBeginWithAnEmptyBrain() throws Exception {
        provisioned();
        String volume = "engine-data-" + stopped().engineId();
        client.removeVolumeCmd(volume).exec();
        OperationRef start = begin(Verb.START);

        ApplicationFailure migration = worker.failure(steps -> steps.migrateBrain(start));
        assertType(migration, ErrorCode.BACKEND_ERROR.name());
        assertThat(migration.getOriginalMessage())
                .contains("volume " + volume, "backup", "or destroy the engine and provision it anew");
        assertType(worker.failure(steps -> steps.launchContainer(start)), ErrorCode.BACKEND_ERROR.name());

        assertNothingIsLeft(start);
        assertThat(registry.operation(start.operationId()).touched()).isFalse();
        // What the message says is what brings it back.
        assertThat(migration.getOriginalMessage())
                .contains("docker volume create --label ai.september.bap.installation=" + installation
                        + " --label ai.september.bap.engine=" + start.engineId() + " " + volume);
        client.createVolumeCmd()
                .withName(volume)
                .withLabels(Map.of(
                        "ai.september.bap.installation",
                        installation.toString(),
                        "ai.september.bap.engine",
                        start.engineId().toString()))
                .exec();
        worker.steps.migrateBrain(start);
        assertThat(worker.steps.launchContainer(start).containerId()).isNotEmpty();
    }

    @Test
    void anEngineThatNeverRanIsProvisionedAgainThoughItsVolumeIsGone() throws Exception {
        OperationRef provision = begin(Verb.PROVISION);
        worker.steps.migrateBrain(provision);
        worker.steps.removeContainer(provision);
        registry.ledger.failed(provision.operationId(), new Failure(ErrorCode.BOOT_TIMEOUT, "It did not answer."));
        client.removeVolumeCmd("engine-data-" + provision.engineId()).exec();

        OperationRef again = begin(Verb.PROVISION);
        worker.steps.migrateBrain(again);
        Launch launch = worker.steps.launchContainer(again);

        assertThat(again.engineId()).isEqualTo(provision.engineId());
        assertThat(brain(id(launch))).startsWith("migrated");
    }

    @Test
    void aMissingImageEndsTheProvisionBeforeAnythingIsMade() throws Exception {
        image = new ImageRef("nobody/has-this:1");
        OperationRef provision = begin(Verb.PROVISION);

        ApplicationFailure failure = worker.failure(steps -> steps.migrateBrain(provision));

        assertType(failure, ErrorCode.BACKEND_ERROR.name());
        assertThat(failure.getOriginalMessage()).contains("docker pull nobody/has-this:1");
        assertNothingIsLeft(provision);
    }

    @Test
    void anEngineThatExitsAtOnceEndsItsBootWithItsMaskedOutput() throws Exception {
        steer("exits");
        OperationRef provision = begin(Verb.PROVISION);
        worker.steps.migrateBrain(provision);
        Launch launch = worker.steps.launchContainer(provision);

        assertType(worker.failure(steps -> steps.awaitHealthy(provision, launch)), ErrorCode.BACKEND_ERROR.name());

        assertThat(registry.operation(provision.operationId()).engineOutput())
                .startsWith("no catalog, key [REDACTED], hash [REDACTED]");
        worker.steps.removeContainer(provision);
        assertThat(backend.list()).isEmpty();
    }

    @Test
    void anEngineThatNeverBecomesHealthyTimesOut() throws Exception {
        steer("silent");
        OperationRef provision = begin(Verb.PROVISION);
        worker.steps.migrateBrain(provision);
        try (StepWorker impatient = worker(Duration.ofSeconds(2))) {
            Launch launch = impatient.steps.launchContainer(provision);

            assertType(
                    impatient.failure(steps -> steps.awaitHealthy(provision, launch)), ErrorCode.BOOT_TIMEOUT.name());
        }
        assertThat(registry.operation(provision.operationId()).engineOutput())
                .isEqualTo("still waiting with [REDACTED]");
    }

    @Test
    void aBootThatSomebodyElsesRestartInterruptedIsLaunchedAgain() throws Exception {
        steer("silent");
        OperationRef provision = begin(Verb.PROVISION);
        worker.steps.migrateBrain(provision);
        Launch launch = worker.steps.launchContainer(provision);
        // As a daemon does that was itself started again.
        client.restartContainerCmd(launch.containerId()).withTimeout(0).exec();

        assertType(worker.failure(steps -> steps.awaitHealthy(provision, launch)), FailureTypes.LAUNCH_LOST);

        steer("serves");
        assertThat(worker.steps.launchContainer(provision).startedAt()).isAfter(launch.startedAt());
    }

    @Test
    void anEngineThatItsDaemonStartsAgainAndAgainIsBroughtBack() throws Exception {
        steer("exits");
        Launch first = provisioned();
        Await.atMost(SOON, "the daemon waits, longer each time, before it starts it again")
                .until(() -> isRestarting(first));
        steer("serves");

        OperationRef stop = begin(Verb.STOP);
        registry.ledger.stopped(stop.operationId());
        OperationRef start = begin(Verb.START);
        worker.steps.migrateBrain(start);
        Launch again = worker.steps.launchContainer(start);

        assertThat(worker.steps.awaitHealthy(start, again).durationMs()).isPositive();
        assertThat(backend.list()).hasSize(1);
    }

    private boolean isRestarting(Launch launch) throws InterruptedException {
        ContainerStatus status = backend.inspect(id(launch)).orElseThrow();
        return status.state() == ContainerState.RESTARTING && status.restarts() >= 4;
    }

    @Test
    void aMigrationThatFailsLeavesItsMaskedOutputAndNothingElse() throws Exception {
        steer("migration-fails");
        OperationRef provision = begin(Verb.PROVISION);

        assertType(worker.failure(steps -> steps.migrateBrain(provision)), ErrorCode.BACKEND_ERROR.name());

        assertThat(registry.operation(provision.operationId()).engineOutput())
                .isEqualTo("cannot migrate with [REDACTED]");
        worker.steps.removeContainer(provision);
        assertThat(backend.list()).isEmpty();
    }

    @Test
    void aDestroyLeavesNothing() throws Exception {
        provisioned();
        OperationRef destroy = begin(Verb.DESTROY);

        worker.steps.removeContainer(destroy);
        worker.steps.removeVolume(destroy);

        assertNothingIsLeft(destroy);
    }
}
