package ai.september.bap.local.dev;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;

/** Random moments over the length that each verb really has on this machine; learns it on the way. Thread-safe. */
final class KillMoment {

    /** Some kills shall come late, or a length that was measured too short would never be corrected. */
    private static final double BEYOND = 1.15;

    private final Random random;
    private final Map<DrillAction, Duration> lengths = new EnumMap<>(DrillAction.class);

    KillMoment(Random random) {
        this.random = random;
    }

    /** The verb was answered after that time. */
    synchronized void answered(DrillAction action, Duration after) {
        lengths.put(action, after);
    }

    /** The verb was not answered by then. */
    synchronized void unanswered(DrillAction action, Duration by) {
        lengths.merge(action, by, (known, seen) -> known.compareTo(seen) > 0 ? known : seen);
    }

    synchronized Duration next(DrillAction action) {
        Duration length = requireNonNull(lengths.get(action));
        return Duration.ofNanos((long) (random.nextDouble() * BEYOND * length.toNanos()));
    }
}
