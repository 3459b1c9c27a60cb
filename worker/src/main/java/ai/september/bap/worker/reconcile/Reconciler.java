package ai.september.bap.worker.reconcile;

import ai.september.bap.registry.operation.EngineLock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts right, again and again, what rows and reality disagree about on this host. Each repair looks again under the engine's
 * lock, so it never meets a step, and several workers may do this beside each other. Where the daemon does not answer
 * nothing is known, and nothing done.
 */
public final class Reconciler implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);

    private final Disagreements disagreements;
    private final EngineLock lock;
    private final RepairLog repairs;
    private final ReconcilerMetrics metrics;

    /** What the operator has been told of already. */
    private Set<String> told = new HashSet<>();

    public Reconciler(Disagreements disagreements, EngineLock lock, RepairLog repairs, ReconcilerMetrics metrics) {
        this.disagreements = disagreements;
        this.lock = lock;
        this.repairs = repairs;
        this.metrics = metrics;
    }

    /** About as often as that; workers of a host that began together do not look together. */
    public static Duration about(Duration interval) {
        long most = interval.toMillis();
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(most * 3 / 4, most * 5 / 4 + 1));
    }

    @Override
    public void run() {
        try {
            HostView view = disagreements.views().ofHost();
            Map<Kind, Integer> left = new EnumMap<>(Kind.class);
            Set<String> open = new HashSet<>();
            for (Disagreement disagreement : disagreements.kinds()) {
                for (Finding finding : find(disagreement, view)) {
                    if (!isMended(disagreement, finding)) {
                        left.merge(finding.kind(), 1, Integer::sum);
                        open.add(tell(finding));
                    }
                }
            }
            told = open;
            metrics.left(left);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    /** One that cannot be looked for does not keep the others. */
    private static List<Finding> find(Disagreement disagreement, HostView view) throws InterruptedException {
        try {
            return disagreement.find(view);
        } catch (RuntimeException failed) {
            LOG.warn("{} could not be looked for: {}", disagreement.getClass().getSimpleName(), failed.toString());
            return List.of();
        }
    }

    private boolean isMended(Disagreement disagreement, Finding finding) throws InterruptedException {
        if (!(disagreement instanceof Mendable mendable) || finding.kind().mender() != Kind.Mender.RECONCILER) {
            return false;
        }
        try (EngineLock.Held held = lock.take(finding.engineId())) {
            if (!mendable.isStillSo(finding, disagreements.views())) {
                return true;
            }
            Optional<Repair> repair = mendable.mend(finding);
            repair.ifPresent(done -> repairs.add(finding, done));
            return repair.isPresent();
        } catch (RuntimeException failed) {
            LOG.warn(
                    "{} of engine {} could not be put right: {}",
                    finding.kind().wireName(),
                    finding.engineId(),
                    failed.getMessage());
            return false;
        }
    }

    private String tell(Finding finding) {
        String which = finding.kind() + " " + finding.subject();
        if (finding.kind().mender() == Kind.Mender.OPERATOR && !told.contains(which)) {
            LOG.warn("{} of engine {}: {}", finding.kind().wireName(), finding.engineId(), finding.detail());
        }
        return which;
    }
}
