package ai.september.bap.activities.steps;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.activities.container.ContainerBackend;
import ai.september.bap.activities.container.ContainerId;
import ai.september.bap.activities.container.ContainerState;
import ai.september.bap.activities.container.ContainerStatus;
import ai.september.bap.activities.probe.HealthProbe;
import ai.september.bap.activities.subprocess.LogLimits;
import ai.september.bap.activities.subprocess.SubprocessBackend;
import ai.september.bap.activities.subprocess.SubprocessSettings;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.operation.EngineLock;
import ai.september.bap.registry.operation.Verb;
import ai.september.bap.testing.Await;
import ai.september.bap.testing.TestDatabase;
import ai.september.bap.testing.registry.TestRegistry;
import ai.september.bap.workflows.EngineSteps;
import ai.september.bap.workflows.Launch;
import ai.september.bap.workflows.OperationRef;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** One host with its processes and its registry, and workers beside it; whatever runs at the end is removed. */
@Timeout(120)
abstract class StepFixture {

    static final int PORTS = 3;
    static final Duration SOON = Duration.ofSeconds(20);
    static final Duration LONG = Duration.ofMinutes(10);

    private static final Duration GRACE = Duration.ofSeconds(20);

    @RegisterExtension
    final TestDatabase database = TestRegistry.database();

    @TempDir
    Path home;

    final UserId user = TestRegistry.newUser();
    private final List<AutoCloseable> opened = new ArrayList<>();
    TestRegistry registry;
    SteerableProgram program;
    SubprocessBackend backend;
    StepWorker worker;

    @BeforeEach
    void open() throws Exception {
        program = new SteerableProgram(home);
        registry = new TestRegistry(database, firstOfFreePorts(), PORTS);
        backend = new SubprocessBackend(new SubprocessSettings(
                home.resolve("engines"),
                home.resolve("templates"),
                program.program(),
                SteerableProgram.passthrough(),
                null,
                GRACE,
                LogLimits.DEFAULT));
        worker = worker(LONG);
    }

    @AfterEach
    void endEverything() throws Exception {
        Collections.reverse(opened);
        for (AutoCloseable resource : opened) {
            resource.close();
        }
        for (ContainerStatus container : backend.list()) {
            backend.remove(container.id());
        }
        backend.close();
    }

    /** Below those that the system hands out for connections meanwhile. */
    private static int firstOfFreePorts() {
        while (true) {
            int first = ThreadLocalRandom.current().nextInt(20_000, 32_000);
            if (areFree(first)) {
                return first;
            }
        }
    }

    private static boolean areFree(int first) {
        for (int port = first; port < first + PORTS; port++) {
            try (ServerSocket unused = stranger(port)) {
                assertThat(unused.isBound()).isTrue();
            } catch (IOException taken) {
                return false;
            }
        }
        return true;
    }

    /** Holds a port, as some other program of the machine would. */
    static ServerSocket stranger(int port) throws IOException {
        return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    }

    StepWorker worker(Duration bootTimeout) {
        return worker(bootTimeout, Clock.systemUTC());
    }

    /** A worker that begins now, by its clock. */
    StepWorker worker(Duration bootTimeout, Clock clock) {
        FencedStep fenced =
                opened(new FencedStep(registry.ledger, new EngineLock(registry.jdbi), 8, StepObserver.NOBODY));
        return opened(new StepWorker(steps(fenced, bootTimeout, clock)));
    }

    /** A worker to which something happens whenever it has made a container. */
    StepWorker interruptedBy(Runnable event) {
        ContainerBackend eventful = (ContainerBackend) Proxy.newProxyInstance(
                ContainerBackend.class.getClassLoader(),
                new Class<?>[] {ContainerBackend.class},
                (self, verb, given) -> {
                    Object answer = verb.invoke(backend, given);
                    if (verb.getName().equals("createOrAdopt")) {
                        event.run();
                    }
                    return answer;
                });
        FencedStep fenced =
                opened(new FencedStep(registry.ledger, new EngineLock(registry.jdbi), 8, StepObserver.NOBODY));
        return opened(new StepWorker(steps(eventful, fenced, LONG, Clock.systemUTC())));
    }

    EngineSteps steps(FencedStep fenced, Duration bootTimeout, Clock clock) {
        return steps(backend, fenced, bootTimeout, clock);
    }

    private EngineSteps steps(ContainerBackend backend, FencedStep fenced, Duration bootTimeout, Clock clock) {
        BootWatch watch = new BootWatch(
                backend,
                new HealthProbe(Duration.ofSeconds(5)),
                registry.ledger,
                new OutputMask(SteerableProgram.passthrough()),
                bootTimeout,
                clock);
        return new EngineStepsImpl(
                backend,
                registry.ledger,
                fenced,
                new Launcher(backend, registry.ledger, GRACE, clock),
                watch,
                new IdleWatch(registry.jdbi, new HealthProbe(Duration.ofSeconds(5)), clock),
                GRACE);
    }

    <T extends AutoCloseable> T opened(T resource) {
        opened.add(resource);
        return resource;
    }

    OperationRef begin(Verb verb) {
        return OperationRef.to(registry.begin(verb, user));
    }

    int port(OperationRef operation) {
        return requireNonNull(registry.engine(operation.engineId()).port());
    }

    /** An engine of which a provision has brought up the process, and the operation is over. */
    Launch provisioned() {
        OperationRef provision = begin(Verb.PROVISION);
        Launch launch = worker.steps.launchContainer(provision);
        registry.ledger.running(provision.operationId(), 1, Instant.now());
        return launch;
    }

    void stopped() {
        OperationRef stop = begin(Verb.STOP);
        worker.steps.stopContainer(stop);
        registry.ledger.stopped(stop.operationId());
    }

    static ContainerId id(Launch launch) {
        return new ContainerId(launch.containerId());
    }

    ContainerState state(Launch launch) throws InterruptedException {
        return backend.inspect(id(launch)).orElseThrow().state();
    }

    void awaitExit(Launch launch) {
        Await.atMost(SOON, "the engine exits").until(() -> state(launch) == ContainerState.EXITED);
    }

    /** The processes of the engine's program that live. */
    List<Long> living() {
        return program.processes().stream()
                .filter(pid ->
                        ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent())
                .toList();
    }

    /** Exactly one process was ever started, and it lives. */
    void assertOneProcess() {
        Await.atMost(SOON, "the engine's process has said that it is there")
                .until(() -> !program.processes().isEmpty());
        assertThat(program.processes()).hasSize(1).isEqualTo(living());
    }

    static void assertType(ApplicationFailure failure, String type) {
        assertThat(failure.getType()).as(failure.getOriginalMessage()).isEqualTo(type);
        assertThat(failure.isNonRetryable()).isTrue();
    }
}
