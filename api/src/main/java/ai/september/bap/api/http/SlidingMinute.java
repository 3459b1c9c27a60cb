package ai.september.bap.api.http;

import java.time.Duration;
import java.util.Optional;

/**
 * Counts up to a limit within any minute. Kept by the second, so a minute is up to a second longer here, and never shorter.
 * Its size is the same whatever the limit, unlike that of a log of all times; and unlike a bucket that is refilled meanwhile,
 * it lets no more through than the limit. Thread-safe.
 */
final class SlidingMinute {

    private static final int SECONDS = 61;
    private static final long NANOS = 1_000_000_000L;

    private final int[] bySecond = new int[SECONDS];
    private int total;
    private long newest;

    /** @param now by a clock that never goes back, in nanoseconds */
    SlidingMinute(long now) {
        newest = second(now);
    }

    /**
     * Counts one more, unless there are as many as the limit already.
     *
     * @return if so, how long it takes until there is room for one
     */
    synchronized Optional<Duration> count(int limit, long now) {
        // Two threads may have read the clock in another order than they come here.
        forgetUntil(Math.max(second(now), newest));
        if (total >= limit) {
            return Optional.of(Duration.ofNanos((oldest() + SECONDS) * NANOS - now));
        }
        bySecond[place(newest)]++;
        total++;
        return Optional.empty();
    }

    private void forgetUntil(long second) {
        for (long passed = Math.max(newest + 1, second - SECONDS + 1); passed <= second; passed++) {
            total -= bySecond[place(passed)];
            bySecond[place(passed)] = 0;
        }
        newest = second;
    }

    private long oldest() {
        long second = newest - SECONDS + 1;
        while (bySecond[place(second)] == 0) {
            second++;
        }
        return second;
    }

    private static long second(long nanos) {
        return Math.floorDiv(nanos, NANOS);
    }

    private static int place(long second) {
        return Math.floorMod(second, SECONDS);
    }
}
