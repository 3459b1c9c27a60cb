package ai.september.bap.worker;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.activities.container.ContainerId;
import ai.september.bap.activities.container.ContainerSpec;
import ai.september.bap.activities.container.ContainerStatus;
import ai.september.bap.activities.probe.HealthProbe;
import ai.september.bap.activities.steps.BootWatch;
import ai.september.bap.activities.steps.EngineStepsImpl;
import ai.september.bap.activities.steps.FencedStep;
import ai.september.bap.activities.steps.IdleWatch;
import ai.september.bap.activities.steps.Launcher;
import ai.september.bap.activities.steps.OutputMask;
import ai.september.bap.activities.steps.RegistryStepsImpl;
import ai.september.bap.activities.steps.StepObserver;
import ai.september.bap.process.configuration.WorkerSettings;
import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.operation.EngineLock;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.OperationStatus;
import ai.september.bap.registry.operation.Step;
import ai.september.bap.registry.operation.Verb;
import ai.september.bap.testing.TestDatabase;
import ai.september.bap.testing.registry.TestRegistry;
import ai.september.bap.workflows.OperationStarter;
import ai.september.bap.workflows.RunAttributes;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(120)
class DrainTest {

    @RegisterExtension
    final TestDatabase database = TestRegistry.database();

    private final TestWorkflowEnvironment temporal = temporal();

    @AfterEach
    void endTemporal() {
        temporal.close();
    }

    private static TestWorkflowEnvironment temporal() {
        TestEnvironmentOptions.Builder options =
                TestEnvironmentOptions.newBuilder().setUseTimeskipping(false);
        RunAttributes.names()
                .forEach(name -> options.registerSearchAttribute(name, IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD));
        return TestWorkflowEnvironment.newInstance(options.build());
    }

    /** A daemon that takes its time, several heartbeats of a step long. */
    private static final class Slow extends MemoryBackend {

        final CountDownLatch entered = new CountDownLatch(1);
        final AtomicBoolean interrupted = new AtomicBoolean();

        @Override
        public List<ContainerStatus> list(EngineId engineId) {
            entered.countDown();
            try {
                TimeUnit.MILLISECONDS.sleep(3_500);
            } catch (InterruptedException e) {
                interrupted.set(true);
            }
            return super.list(engineId);
        }
    }

    @Test
    void aStepUnderWayWhenTheWorkerEndsComesToItsOwnEnd() throws Exception {
        TestRegistry registry = new TestRegistry(database);
        EngineRow engine = registry.running();
        Operation stop = registry.begin(Verb.STOP, engine);
        Slow backend = new Slow();
        try (FencedStep fenced =
                new FencedStep(registry.ledger, new EngineLock(registry.jdbi), 1, StepObserver.NOBODY)) {
            TemporalWorkers workers = workers(registry, backend, fenced, Duration.ofSeconds(30));
            new OperationStarter(temporal.getWorkflowClient(), registry.ledger).attend(stop);
            backend.entered.await();

            workers.close();
        }
        assertThat(backend.interrupted).isFalse();
        assertThat(registry.steps(stop.operationId()))
                .extracting(Step::status)
                .containsExactly(OperationStatus.SUCCEEDED);
    }

    /** An engine that lives and never answers. */
    private static final class Mute extends MemoryBackend {

        final CountDownLatch watched = new CountDownLatch(2);

        @Override
        public ContainerStatus createOrAdopt(ContainerSpec spec) {
            return list(spec.engineId()).get(0);
        }

        @Override
        public Optional<ContainerStatus> inspect(ContainerId id) {
            watched.countDown();
            return super.inspect(id);
        }
    }

    @Test
    void aStepThatOnlyWaitsForAnEngineKeepsNoWorkerFromEnding() throws Exception {
        TestRegistry registry = new TestRegistry(database);
        Operation provision = registry.begin(Verb.PROVISION, TestRegistry.newUser());
        Mute backend = new Mute();
        backend.running(
                provision.engineId(), registry.engine(provision.engineId()).incarnation(), null);
        try (FencedStep fenced =
                new FencedStep(registry.ledger, new EngineLock(registry.jdbi), 1, StepObserver.NOBODY)) {
            TemporalWorkers workers = workers(registry, backend, fenced, Duration.ofMinutes(10));
            new OperationStarter(temporal.getWorkflowClient(), registry.ledger).attend(provision);
            backend.watched.await();

            workers.close(); // would last as long as the engine's boot may
        }
        assertThat(registry.operation(provision.operationId()).status()).isEqualTo(OperationStatus.RUNNING);
    }

    private TemporalWorkers workers(TestRegistry registry, MemoryBackend backend, FencedStep fenced, Duration drain) {
        return new TemporalWorkers(
                temporal.getWorkflowClient(),
                TestRegistry.HOST,
                List.of(new RegistryStepsImpl(registry.ledger)),
                List.of(steps(registry, backend, fenced)),
                host -> {},
                List.of(fenced::letGo),
                new WorkerSettings(4, 4, 4, 2, 2, 10),
                List.of(),
                drain);
    }

    private static EngineStepsImpl steps(TestRegistry registry, MemoryBackend backend, FencedStep fenced) {
        Clock clock = Clock.systemUTC();
        Duration second = Duration.ofSeconds(1);
        Duration boot = Duration.ofMinutes(10);
        return new EngineStepsImpl(
                backend,
                registry.ledger,
                fenced,
                new Launcher(backend, registry.ledger, second, clock),
                new BootWatch(backend, new HealthProbe(second), registry.ledger, new OutputMask(Map.of()), boot, clock),
                new IdleWatch(registry.jdbi, new HealthProbe(second), clock),
                second);
    }
}
