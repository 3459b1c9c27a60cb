package ai.september.bap.activities.steps;

import ai.september.bap.registry.retention.Expired;
import ai.september.bap.workflows.RetentionSteps;
import java.time.Duration;

/** Deletes what is past its time, for a while at a time. Thread-safe. */
public final class RetentionStepsImpl implements RetentionSteps {

    private static final Duration LONGEST = Duration.ofSeconds(20);

    private final Expired expired;

    public RetentionStepsImpl(Expired expired) {
        this.expired = expired;
    }

    @Override
    public boolean purge() {
        long end = System.nanoTime() + LONGEST.toNanos();
        boolean more = true;
        while (more && System.nanoTime() < end) {
            more = expired.deleteBatch();
        }
        return more;
    }
}
