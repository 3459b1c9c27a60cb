package ai.september.bap.workflows;

import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;

/** The step of the retention; run as a local activity. May be repeated. */
@ActivityInterface
public interface RetentionSteps {

    /**
     * Deletes, in bounded batches and for a bounded time, what is past its time.
     *
     * @return whether there may be more
     */
    @ActivityMethod(name = "PurgeExpired")
    boolean purge();
}
