package ai.september.bap.bench;

import ai.september.bap.registry.product.SleepMode;
import java.io.IOException;
import java.time.Duration;

/** An engine that nothing manages, which sleeps and wakes by the bare operation. */
interface BareSleeper extends AutoCloseable {

    void suspend(SleepMode mode) throws IOException, InterruptedException;

    /** Undoes {@link #suspend}; from before that to the first healthy answer. */
    Duration wake(SleepMode mode) throws IOException, InterruptedException;

    @Override
    void close() throws IOException, InterruptedException;
}
