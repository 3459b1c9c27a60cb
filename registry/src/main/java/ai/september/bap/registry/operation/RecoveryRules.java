package ai.september.bap.registry.operation;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How engines are restarted that have failed.
 *
 * @param base from a failure to the first attempt; doubled with each further one
 * @param longest the longest of these pauses
 * @param attempts most attempts until somebody has to look
 * @param stable an engine that was up for so long before it failed again begins anew; sooner, and the attempts add up
 * @param atOnce most attempts that are under way at the same time on one host
 */
public record RecoveryRules(Duration base, Duration longest, int attempts, Duration stable, int atOnce) {

    private static final int MOST_DOUBLINGS = 30;

    public RecoveryRules {
        requireNonNull(base, "base");
        requireNonNull(longest, "longest");
        requireNonNull(stable, "stable");
        if (attempts < 1 || atOnce < 1) {
            throw new IllegalArgumentException("attempts and atOnce have to be 1 or more");
        }
    }

    /** The pause before the next attempt, after so many. */
    public Duration pauseAfter(int restarts) {
        Duration doubled = base.multipliedBy(1L << Math.min(restarts, MOST_DOUBLINGS));
        return doubled.compareTo(longest) > 0 ? longest : doubled;
    }
}
