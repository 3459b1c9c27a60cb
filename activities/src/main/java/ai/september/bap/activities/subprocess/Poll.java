package ai.september.bap.activities.subprocess;

import java.io.IOException;
import java.time.Duration;

/** Waiting for what nobody announces, such as the end of a process that is not a child of this one. */
final class Poll {

    private static final long FIRST_PAUSE_MS = 1;
    private static final long LONGEST_PAUSE_MS = 20;

    private Poll() {}

    /** Looks at once, then ever less often; whether the condition held within the limit. */
    static boolean until(Condition condition, Duration limit) throws IOException, InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        for (long pause = FIRST_PAUSE_MS; !condition.holds(); pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
            if (System.nanoTime() >= end) {
                return false;
            }
            Thread.sleep(pause);
        }
        return true;
    }

    interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }
}
