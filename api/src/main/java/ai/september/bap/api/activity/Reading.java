package ai.september.bap.api.activity;

import java.util.concurrent.atomic.LongAdder;

/** One look at an engine, from before it until its stamp is left or it is of no account. Of one thread; ends once. */
public final class Reading implements AutoCloseable {

    private final LongAdder counter;
    private boolean over;

    Reading(LongAdder counter) {
        this.counter = counter;
    }

    @Override
    public void close() {
        if (!over) {
            over = true;
            counter.decrement();
        }
    }
}
