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
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Waits for an engine's first healthy answer; quickly at first, because most engines boot fast. Thread-safe. */
public final class BootWatch {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(250);

    /** How much output is read before masking; masking can only shorten it. */
    private static final int OUTPUT_BYTES = 4 * OutputMask.MAX_BYTES;

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
     * @throws LaunchLostException if it was launched before this worker began, and is gone
     */
    Boot await(OperationId operation, Launch launch) throws InterruptedException {
        ContainerId id = new ContainerId(launch.containerId());
        Instant deadline = launch.startedAt().plus(timeout);
        for (Duration pause = FIRST_PAUSE; ; pause = longer(pause)) {
            ContainerStatus container = alive(operation, id, launch);
            if (container.address() != null && probe.ask(container.address()).isUp()) {
                Instant now = clock.instant();
                return new Boot(milliseconds(Duration.between(launch.startedAt(), now)), now);
            }
            // At least one probe has been made by now, even if the worker was away for longer than the timeout.
            if (clock.instant().isAfter(deadline)) {
                throw timedOut(operation, id);
            }
            Thread.sleep(pause.toMillis());
        }
    }

    /** An adopted engine may have been up for months, and the clock of its host may be ahead. */
    private static int milliseconds(Duration duration) {
        return (int) Math.min(Integer.MAX_VALUE, Math.max(0, duration.toMillis()));
    }

    private static Duration longer(Duration pause) {
        Duration next = pause.multipliedBy(3).dividedBy(2);
        return next.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : next;
    }

    private ContainerStatus alive(OperationId operation, ContainerId id, Launch launch) throws InterruptedException {
        Optional<ContainerStatus> container = backend.inspect(id);
        if (container.filter(ContainerStatus::isLive).isPresent()) {
            return container.get();
        }
        if (launch.startedAt().isBefore(watching)) {
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

    private BapException timedOut(OperationId operation, ContainerId id) throws InterruptedException {
        keepOutput(operation, id);
        return new BapException(
                ErrorCode.BOOT_TIMEOUT,
                "The engine did not answer GET /health with ok within " + timeout.toSeconds()
                        + " s of its start. See its output, or raise ORCH_BOOT_TIMEOUT_S.");
    }

    /** Without the line that was cut: the mask would not know half a key. */
    private static String wholeLines(String output) {
        return output.getBytes(StandardCharsets.UTF_8).length < OUTPUT_BYTES
                ? output
                : output.substring(output.indexOf('\n') + 1);
    }

    /** Keeps the container's last output, masked, for the operation's error. */
    void keepOutput(OperationId operation, ContainerId id) throws InterruptedException {
        ledger.recordOutput(operation, mask.mask(wholeLines(backend.output(id, OUTPUT_BYTES))));
    }
}
