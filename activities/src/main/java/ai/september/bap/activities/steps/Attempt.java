package ai.september.bap.activities.steps;

import io.temporal.activity.Activity;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.client.ActivityCompletionException;

/** One attempt at a step, as whoever asked for it sees it. Thread-safe. */
interface Attempt {

    /** When it was asked for, in milliseconds by Temporal's clock: of the same operation, an earlier one yields to a later one. */
    long askedAt();

    /**
     * Says that it is under way.
     *
     * @throws ActivityCompletionException if it is wanted no more
     */
    void heartbeat(String progress);

    /** Whether a step that only waits has waited long enough, and leaves the rest to the next attempt. */
    boolean isPatienceOver();

    /** The one that this thread carries out for Temporal. */
    static Attempt ofTemporal() {
        ActivityExecutionContext context = Activity.getExecutionContext();
        long askedAt = context.getInfo().getCurrentAttemptScheduledTimestamp();
        return new Attempt() {
            @Override
            public long askedAt() {
                return askedAt;
            }

            @Override
            public void heartbeat(String progress) {
                context.heartbeat(progress);
            }

            @Override
            public boolean isPatienceOver() {
                return false;
            }
        };
    }
}
