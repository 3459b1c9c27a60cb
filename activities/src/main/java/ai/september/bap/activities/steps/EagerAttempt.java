package ai.september.bap.activities.steps;

import java.time.Duration;

/**
 * An attempt that Temporal has not asked for yet: it comes before all that it will ask for, and yields to each of them.
 */
final class EagerAttempt implements Attempt {

    /** How long a step waits for an engine: one that takes longer is not helped by some milliseconds less. */
    static final Duration PATIENCE = Duration.ofMillis(1_500);

    private final long began = System.nanoTime();

    @Override
    public long askedAt() {
        return 0;
    }

    @Override
    public void heartbeat(String progress) {
        // Nobody listens.
    }

    @Override
    public boolean isPatienceOver() {
        return System.nanoTime() - began > PATIENCE.toNanos();
    }
}
