package ai.september.bap.api.activity;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How long this process may go by what it reads alone: for a while after it was last seen by the database. Two clocks, of
 * which the earlier end counts: one stands still while a machine is suspended, the other one may be set back. Thread-safe.
 */
final class Lease {

    private final Duration length;
    private final LongSupplier nanoTime;
    private final LongSupplier milliTime;
    private volatile End end;

    /** A lease that is over until it is renewed. */
    Lease(Duration length, LongSupplier nanoTime, LongSupplier milliTime) {
        this.length = length;
        this.nanoTime = nanoTime;
        this.milliTime = milliTime;
        this.end = new End(nanoTime.getAsLong(), milliTime.getAsLong());
    }

    private record End(long nanos, long millis) {}

    /** A moment to renew from. */
    final class Moment {

        private final End then;

        private Moment(End then) {
            this.then = then;
        }

        /** The database was reached, at this moment or later. */
        void renew() {
            end = then;
        }
    }

    /** To be taken before the database is told. */
    Moment now() {
        return new Moment(new End(
                nanoTime.getAsLong() + length.toNanos(),
                milliTime.getAsLong() + TimeUnit.NANOSECONDS.toMillis(length.toNanos())));
    }

    boolean holds() {
        End until = end;
        return nanoTime.getAsLong() - until.nanos < 0 && milliTime.getAsLong() < until.millis;
    }
}
