package ai.september.bap.api.engine;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Which of one product's refusals are written: the first few of each second. Not thread-safe. */
final class RefusalSample {

    static final int PER_SECOND = 20;

    private final LongSupplier nanoTime;
    private long second;
    private int writtenInSecond;
    private long leftOut;

    /** A sample by a clock in nanoseconds, as {@link System#nanoTime()}. */
    RefusalSample(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** How many were left out between the last that was written and this one; empty if it is left out, too. */
    OptionalLong next() {
        long now = TimeUnit.NANOSECONDS.toSeconds(nanoTime.getAsLong());
        if (now != second) {
            second = now;
            writtenInSecond = 0;
        }
        if (writtenInSecond == PER_SECOND) {
            leftOut++;
            return OptionalLong.empty();
        }
        writtenInSecond++;
        long before = leftOut;
        leftOut = 0;
        return OptionalLong.of(before);
    }
}
