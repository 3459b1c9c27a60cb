package ai.september.bap.activities.monitor;

import ai.september.bap.activities.container.ContainerBackend;
import ai.september.bap.activities.probe.HealthProbe;
import ai.september.bap.activities.steps.OutputMask;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.watch.HostWatch;
import ai.september.bap.registry.watch.WatchLostException;
import ai.september.bap.workflows.HostRef;
import ai.september.bap.workflows.HostSteps;
import io.temporal.activity.Activity;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches over the engines beside one container daemon, sweep after sweep. Temporal sees to it that one worker does so at a
 * time; and should it ever be wrong about that, the registry's fence does. While the daemon is away nothing is known of its
 * engines, and nothing is concluded. Thread-safe.
 */
public final class HostMonitor implements HostSteps {

    private static final Logger LOG = LoggerFactory.getLogger(HostMonitor.class);

    private static final Duration ONE_WATCH = Duration.ofHours(1);

    /** One in so many sweeps leaves a sample in the audit log: with the usual interval one an hour. */
    private static final int SAMPLE = 120;

    private final ContainerBackend backend;
    private final Jdbi jdbi;
    private final HostId hostId;
    private final MonitorSettings settings;
    private final OutputMask mask;
    private final Consumer<Operation> start;
    private final MonitorObserver observer;
    private final HealthProbe probe;
    private final WatchGuards guards = new WatchGuards();
    private volatile boolean away;

    /**
     * A monitor.
     *
     * @param mask for what engines printed before they ended
     * @param start brings a recovery to Temporal; where that fails, the relay will
     */
    public HostMonitor(
            ContainerBackend backend,
            Jdbi jdbi,
            HostId hostId,
            MonitorSettings settings,
            OutputMask mask,
            Consumer<Operation> start,
            MonitorObserver observer) {
        this.backend = backend;
        this.jdbi = jdbi;
        this.hostId = hostId;
        this.settings = settings;
        this.mask = mask;
        this.start = start;
        this.observer = observer;
        this.probe = new HealthProbe(settings.timeout());
    }

    @Override
    public void watch(HostRef host) {
        try (WatchGuards.Guard guard = guards.over(Activity.getExecutionContext())) {
            watch(guard);
        } catch (WatchLostException lost) {
            LOG.info("{}", lost.getMessage());
            throw ApplicationFailure.newFailure(String.valueOf(lost.getMessage()), "WATCH_LOST");
        }
    }

    private void watch(WatchGuards.Guard guard) {
        HostWatch watch = HostWatch.begin(jdbi, hostId);
        Restarts restarts = new Restarts(watch, settings, start);
        LOG.info(
                "watching over the engines of host {}, every {} s",
                hostId,
                settings.interval().toSeconds());
        try (ExitChecks exits = new ExitChecks(watch, backend, mask, restarts);
                AutoCloseable told = backend.watchExits(exits)) {
            sweepAgainAndAgain(watch, new Sweep(watch, backend, probe, settings, exits, restarts), guard);
        } catch (InterruptedException unwanted) {
            throw guard.reason();
        } catch (RuntimeException fault) {
            throw fault;
        } catch (Exception unclosed) {
            throw new IllegalStateException("the backend cannot be listened to", unclosed);
        }
    }

    private void sweepAgainAndAgain(HostWatch watch, Sweep sweep, WatchGuards.Guard guard) throws InterruptedException {
        long end = System.nanoTime() + ONE_WATCH.toNanos();
        for (int number = 1; System.nanoTime() < end; number++) {
            long begin = System.nanoTime();
            Optional<Findings> found = attempt(watch, sweep, number, guard);
            observer.ended(
                    found.isPresent() ? MonitorObserver.End.SWEPT : MonitorObserver.End.BLIND,
                    Duration.ofNanos(System.nanoTime() - begin));
            TimeUnit.NANOSECONDS.sleep(Math.max(0, begin + settings.interval().toNanos() - System.nanoTime()));
        }
    }

    private Optional<Findings> attempt(HostWatch watch, Sweep sweep, int number, WatchGuards.Guard guard)
            throws InterruptedException {
        try {
            Findings found = sweep.run();
            tell(watch, found, number, guard);
            sayOnce(false, "the engines can be seen again");
            return Optional.of(found);
        } catch (WatchLostException lost) {
            throw lost;
        } catch (RuntimeException passing) {
            // Libraries wrap interruptions in faults of their own.
            guard.requireWanted();
            sayOnce(true, passing.toString());
            return Optional.empty();
        }
    }

    private void sayOnce(boolean blind, String what) {
        if (blind != away) {
            away = blind;
            if (blind) {
                LOG.warn("how the engines of host {} are cannot be seen now: {}", hostId, what);
            } else {
                LOG.info("host {}: {}", hostId, what);
            }
        }
    }

    private void tell(HostWatch watch, Findings found, int number, WatchGuards.Guard guard) {
        int failing = found.failing().size();
        guard.progress("sweep " + number + ": " + found.engines() + " engines, " + failing + " fail");
        if (number % SAMPLE == 1) {
            watch.sample(Map.of("engines", found.engines(), "failing", failing));
        }
    }

    /** Ends the watch, now and from now on: its worker ends, and the next one watches. */
    public void letGo() {
        guards.letGo();
    }
}
