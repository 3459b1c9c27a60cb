package ai.september.bap.registry.ratelimit;

import java.time.Duration;

/**
 * What one replica holds of one product's limit: the rest of a lease, or a refusal that still holds. Both are of one
 * limit; of another one nothing is known, which is how a changed policy counts at once. Times are those of
 * {@link System#nanoTime()}, taken before the log is asked: so a lease ends here before it does there. Not thread-safe.
 */
final class Share {

    private static final Decision PASSED = new Decision.Passed();
    private static final Decision UNKNOWN = new Decision.Unknown();

    private final Window window;
    private int limit;
    private Lease lease = new Lease(0, 0, 0);
    private int left;
    private boolean full;
    private long roomAt;
    private long believedUntil;

    Share(Window window) {
        this.window = window;
    }

    /** The last one. */
    private record Lease(long row, int admits, long end) {}

    /** Takes an admit out of the lease if there is one. */
    Decision decide(int wanted, long now) {
        if (wanted == 0) {
            return new Decision.Refused(window.length());
        }
        if (wanted != limit) {
            return UNKNOWN;
        }
        if (left > 0 && now - lease.end() < 0) {
            left--;
            return PASSED;
        }
        // Others may give back what they leased, so a refusal is not believed for as long as it says.
        return full && now - believedUntil < 0 ? new Decision.Refused(Duration.ofNanos(roomAt - now)) : UNKNOWN;
    }

    /** What to ask the log for on behalf of so many who wait. The lease is closed, and its rest given back. */
    Claim claim(int wanted, int waiting, long now) {
        int size = Math.min(wanted == limit ? expected(now) : 1, Window.largestLease(wanted));
        int together = Window.isTakenOneByOne(wanted) ? 1 : waiting;
        Claim claim = new Claim(wanted, Math.max(size, together), lease.row(), left);
        limit = wanted;
        left = 0;
        full = false;
        return claim;
    }

    /** As many as the last lease was used for, or twice that if it was not enough; after a pause, one. */
    private int expected(long now) {
        if (now - lease.end() > window.life().toNanos()) {
            return 1;
        }
        int used = lease.admits() - left;
        return left == 0 ? 2 * used : used;
    }

    /**
     * Takes in what the log said.
     *
     * @param waiting how many there were when it was asked: it is they who pass, or are refused, whatever it took
     * @param asked when that was
     */
    void accept(Grant grant, int waiting, long asked) {
        long time = grant.time().toNanos();
        if (grant.admits() == 0) {
            full = true;
            roomAt = asked + time;
            believedUntil = asked + Math.min(time, window.life().toNanos());
        } else {
            lease = new Lease(grant.row(), grant.admits(), asked + time);
            left = Math.max(0, grant.admits() - waiting);
        }
    }
}
