package ai.september.bap.activities.steps;

import ai.september.bap.activities.container.ContainerBackend;
import ai.september.bap.activities.container.ContainerId;
import ai.september.bap.activities.container.ContainerStatus;
import ai.september.bap.activities.probe.HealthProbe;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.OperationId;
import ai.september.bap.registry.operation.OperationLedger;
import ai.september.bap.workflows.Boot;
import ai.september.bap.workflows.Launch;
import ai.september.bap.workflows.OperationRef;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Waits for an engine's first healthy answer; quickly at first, because most engines boot fast. Thread-safe. */
public final class BootWatch {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(250);

    /** How often the daemon is asked: a look there costs many times a question to the engine, and the engine needs the processor. */
    private static final long LOOK_EVERY_NS = Duration.ofMillis(50).toNanos();

    private static final int CONNECT_TIME_MS = 500;

    private final ContainerBackend backend;
    private final HealthProbe probe;
    private final OperationLedger ledger;
    private final OutputMask mask;
    private final Duration timeout;
    private final Clock clock;

    /** What was launched before this may have ended with the worker or the machine, through no fault of its own. */
    private final Instant watching;

    /** A watch that allows {@code timeout} from the container's start to its first healthy answer. */
    public BootWatch(
            ContainerBackend backend,
            HealthProbe probe,
            OperationLedger ledger,
            OutputMask mask,
            Duration timeout,
            Clock clock) {
        this.backend = backend;
        this.probe = probe;
        this.ledger = ledger;
        this.mask = mask;
        this.timeout = timeout;
        this.clock = clock;
        this.watching = clock.instant();
    }

    /**
     * Waits until the engine is up.
     *
     * @throws BapException {@code BACKEND_ERROR} if it exits, {@code BOOT_TIMEOUT} if it does not answer ok in time; its
     *     last output is then in the ledger
     * @throws LaunchLostException if it is gone and was launched before this worker began, or did not get its port
     */
    Boot await(OperationId operation, Launch launch) throws InterruptedException {
        ContainerId id = new ContainerId(launch.containerId());
        // What an earlier worker launched may be ending with it: it gets the whole time to do so.
        Instant deadline = later(launch.startedAt(), watching).plus(timeout);
        ContainerStatus container = alive(operation, id, launch);
        long looked = System.nanoTime();
        for (Duration pause = FIRST_PAUSE; ; pause = longer(pause)) {
            if (System.nanoTime() - looked > LOOK_EVERY_NS) {
                container = alive(operation, id, launch);
                looked = System.nanoTime();
            }
            // Whose answer it was is asked afterwards: an engine that listens by then, and lives, has been listening
            // since.
            if (container.address() != null && probe.ask(container.address()).isUp() && backend.isListening(id)) {
                alive(operation, id, launch);
                Instant now = clock.instant();
                return new Boot(bootMs(Duration.between(launch.startedAt(), now)), now);
            }
            // At least one probe has been made by now, even if the worker was away for longer than the timeout.
            if (clock.instant().isAfter(deadline)) {
                throw timedOut(operation, id);
            }
            Thread.sleep(pause.toMillis());
        }
    }

    /** Whether it is up, and answers so. */
    boolean isUp(ContainerStatus container) throws InterruptedException {
        return container.isLive()
                && container.address() != null
                && probe.ask(container.address()).isUp()
                && backend.isListening(container.id());
    }

    /**
     * An adopted engine may have been up for months: how long it took to boot nobody saw, but not longer than it may. And
     * the clock of its host may be ahead.
     */
    private int bootMs(Duration sinceStart) {
        return (int) Math.min(timeout.toMillis(), Math.max(0, sinceStart.toMillis()));
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    /** By a tenth: so what a look comes too late is about a twentieth of what the boot took, whatever it took. */
    private static Duration longer(Duration pause) {
        Duration next = pause.multipliedBy(11).dividedBy(10);
        return next.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : next;
    }

    private ContainerStatus alive(OperationId operation, ContainerId id, Launch launch) throws InterruptedException {
        Optional<ContainerStatus> container = backend.inspect(id);
        if (container.filter(status -> isOf(launch, status)).isPresent()) {
            return container.get();
        }
        if (launch.startedAt().isBefore(watching) || isPortOfAnother(container) || isStartedByDaemon(container)) {
            throw new LaunchLostException(id);
        }
        keepOutput(operation, id);
        String exitCode = container
                .map(ContainerStatus::exitCode)
                .map(code -> " with exit code " + code)
                .orElse("");
        throw new BapException(
                ErrorCode.BACKEND_ERROR,
                "The engine exited while booting" + exitCode + ". Mend its cause, then repeat.");
    }

    /** Whether what was launched lives: a daemon's restart policy may have started it again after it exited. */
    private static boolean isOf(Launch launch, ContainerStatus container) {
        return container.isLive()
                && container.started().filter(launch.startedAt()::isBefore).isEmpty();
    }

    /** Whether it lives again without having exited by itself: then it ended with its daemon, which brought it back. */
    private static boolean isStartedByDaemon(Optional<ContainerStatus> container) {
        return container
                .filter(status -> status.isLive() && status.restarts() == 0)
                .isPresent();
    }

    /** Whether a dead engine's port answers: then somebody took it between the launch's look and the engine's. */
    private static boolean isPortOfAnother(Optional<ContainerStatus> container) {
        return container
                .filter(status -> !status.isLive())
                .map(ContainerStatus::address)
                .filter(BootWatch::isSomebodyAt)
                .isPresent();
    }

    private static boolean isSomebodyAt(URI address) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address.getHost(), address.getPort()), CONNECT_TIME_MS);
            return true;
        } catch (IOException nobody) {
            return false;
        }
    }

    private BapException timedOut(OperationId operation, ContainerId id) throws InterruptedException {
        keepOutput(operation, id);
        return new BapException(
                ErrorCode.BOOT_TIMEOUT,
                "The engine did not answer GET /health with ok within " + timeout.toSeconds()
                        + " s of its start. See its output, or raise ORCH_BOOT_TIMEOUT_S.");
    }

    /** Keeps the container's last output, masked, for the operation's error. */
    private void keepOutput(OperationId operation, ContainerId id) throws InterruptedException {
        keep(operation, backend.output(id, OutputMask.READ_BYTES));
    }

    /** As the other, of the engine's migrate command. */
    void keepMigrationOutput(OperationRef operation) throws InterruptedException {
        keep(operation.operationId(), backend.migrationOutput(operation.engineId(), OutputMask.READ_BYTES));
    }

    private void keep(OperationId operation, String raw) {
        String output = mask.maskEnd(raw);
        if (!output.isEmpty()) {
            ledger.recordOutput(operation, output);
        }
    }
}
