package ai.september.bap.worker;

import ai.september.bap.activities.container.ContainerBackend;
import ai.september.bap.activities.probe.HealthProbe;
import ai.september.bap.activities.steps.BootWatch;
import ai.september.bap.activities.steps.EngineStepsImpl;
import ai.september.bap.activities.steps.FencedStep;
import ai.september.bap.activities.steps.IdleWatch;
import ai.september.bap.activities.steps.Launcher;
import ai.september.bap.activities.steps.OutputMask;
import ai.september.bap.process.configuration.EngineSettings;
import ai.september.bap.registry.operation.EngineLock;
import ai.september.bap.registry.operation.OperationLedger;
import java.time.Clock;
import java.time.Duration;
import org.jdbi.v3.core.Jdbi;

/** The steps beside one container daemon, put together. */
final class EngineHost implements AutoCloseable {

    /** A probe during boot: an engine that does not answer in this time is asked again. */
    private static final Duration BOOT_PROBE_TIMEOUT = Duration.ofSeconds(5);

    private final FencedStep fenced;
    private final IdleWatch idleWatch;
    private final EngineStepsImpl steps;

    EngineHost(
            ContainerBackend backend,
            Jdbi jdbi,
            OperationLedger ledger,
            EngineSettings settings,
            OutputMask mask,
            int locksAtOnce,
            StepMetrics metrics) {
        Clock clock = Clock.systemUTC();
        this.fenced = new FencedStep(ledger, new EngineLock(jdbi), locksAtOnce, metrics);
        metrics.watch(fenced);
        this.idleWatch = new IdleWatch(jdbi, new HealthProbe(BOOT_PROBE_TIMEOUT), clock);
        this.steps = new EngineStepsImpl(
                backend,
                ledger,
                fenced,
                new Launcher(backend, ledger, settings.stopGrace(), clock),
                new BootWatch(
                        backend, new HealthProbe(BOOT_PROBE_TIMEOUT), ledger, mask, settings.bootTimeout(), clock),
                idleWatch,
                settings.stopGrace());
    }

    EngineStepsImpl steps() {
        return steps;
    }

    IdleWatch idleWatch() {
        return idleWatch;
    }

    /** Steps that only wait for an engine are left to the next worker. */
    void letGo() {
        fenced.letGo();
    }

    @Override
    public void close() {
        fenced.close();
    }
}
