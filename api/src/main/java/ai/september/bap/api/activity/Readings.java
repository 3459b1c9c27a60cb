package ai.september.bap.api.activity;

import java.util.concurrent.atomic.LongAdder;

/**
 * Who has read how an engine is and has not yet left a stamp, or gone another way. Whoever begins does so in an epoch; once
 * the next one has begun, the end of the former can be waited for: then all that was read before that moment has left its
 * stamp. Two counters for each reading, which nobody fights over. Thread-safe; one thread turns.
 */
final class Readings {

    private final LongAdder[] open = {new LongAdder(), new LongAdder()};
    private volatile int epoch;

    /** Begins a reading: to be called before it. */
    Reading begin() {
        while (true) {
            int now = epoch;
            LongAdder counter = open[now & 1];
            counter.increment();
            // Turned in between, the counter may have been looked at already: then this one would have been missed.
            if (epoch == now) {
                return new Reading(counter);
            }
            counter.decrement();
        }
    }

    /** Begins the next epoch. Only after {@link #isFormerOver()}: there are two counters. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread turns
    void turn() {
        epoch = epoch + 1;
    }

    /** Whether all readings of the epoch before are over. */
    boolean isFormerOver() {
        // Every one of them began before the turn, and is in the sum; those that are over are at most as many.
        return open[(epoch + 1) & 1].sum() == 0;
    }
}
