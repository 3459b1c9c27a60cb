package ai.september.bap.activities.monitor;

import ai.september.bap.activities.monitor.Findings.Failing;
import ai.september.bap.registry.operation.HealthFailure;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.watch.Hold;
import ai.september.bap.registry.watch.HostWatch;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides, at the end of a sweep, which of the engines that fail are restarted. Where half of a host's engines fail at once
 * while their processes live, the cause is hardly in each of them, and a restart of all would make it worse: they are held
 * back. After a while, or when a sweep looks sane, one of them is restarted; once it is up, so are the others.
 */
final class Restarts {

    private static final Logger LOG = LoggerFactory.getLogger(Restarts.class);

    private final HostWatch watch;
    private final MonitorSettings settings;
    private final Consumer<Operation> start;

    /** Restarts whose operations {@code start} brings to Temporal; where that fails, the relay will. */
    Restarts(HostWatch watch, MonitorSettings settings, Consumer<Operation> start) {
        this.watch = watch;
        this.settings = settings;
        this.start = start;
    }

    void judge(Findings found) {
        List<Failing> due = found.due(settings.maxFailures());
        Hold hold = watch.hold();
        if (hold.isOn()) {
            judgeHeld(found, due, hold);
        } else if (!due.isEmpty() && found.isMassFailure()) {
            LOG.warn(
                    "{} of {} engines of host {} fail at once, though their processes live: restarts are held back",
                    found.failing().size(),
                    found.engines(),
                    watch.hostId());
            watch.holdBack(found.failing().size(), found.engines());
        } else {
            due.forEach(this::restart);
        }
    }

    private void judgeHeld(Findings found, List<Failing> due, Hold hold) {
        boolean over = hold.isLongerThan(settings.hold());
        if (hold.chosen().isPresent() && watch.find(hold.chosen().get()).isPresent()) {
            release(due, "the first engine is up after its restart");
        } else if (!over && (hold.chosen().isPresent() || found.isMassFailure())) {
            LOG.debug("restarts on host {} are still held back", watch.hostId());
        } else if (due.isEmpty() && !found.isMassFailure()) {
            release(due, "hardly any engine fails");
        } else {
            due.stream().findFirst().ifPresent(this::restartFirst);
        }
    }

    private void release(List<Failing> due, String reason) {
        LOG.info("restarts on host {} are no longer held back: {}", watch.hostId(), reason);
        watch.release(reason);
        due.forEach(this::restart);
    }

    private void restartFirst(Failing canary) {
        LOG.info("engine {} is restarted before the others", canary.engine().engineId());
        begun(watch.chooseCanary(canary.engine(), failure(canary)));
    }

    private void restart(Failing failing) {
        begun(watch.fail(failing.engine(), failure(failing)));
    }

    private static HealthFailure failure(Failing failing) {
        return HealthFailure.unhealthy(failing.failures(), failing.problem());
    }

    void begun(Optional<Operation> recovery) {
        recovery.ifPresent(operation -> {
            LOG.warn("engine {} has failed: its recovery begins", operation.engineId());
            try {
                start.accept(operation);
            } catch (RuntimeException passing) {
                LOG.info("operation {} is left to the relay: {}", operation.operationId(), passing.toString());
            }
        });
    }
}
