package ai.september.bap.activities.steps;

import ai.september.bap.registry.operation.StepName;
import java.time.Duration;

/** Who is told how steps end. Thread-safe; must not throw. */
@FunctionalInterface
public interface StepObserver {

    /** Nobody. */
    StepObserver NOBODY = (step, end, took) -> {};

    /** How an attempt at a step ended. */
    enum End {
        SUCCEEDED,
        FAILED,
        /** Its operation is of the past. */
        SUPERSEDED,
        /** Temporal wants it no more. */
        CANCELLED,
        /** Its worker ends, and the next one goes on with it. */
        LEFT
    }

    /**
     * An attempt has ended.
     *
     * @param took from its beginning on the worker, what it waited for turns and locks included
     */
    void ended(StepName step, End end, Duration took);
}
