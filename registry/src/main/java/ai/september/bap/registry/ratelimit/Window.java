package ai.september.bap.registry.ratelimit;

import java.time.Duration;

/**
 * The span in which a limit counts, and what follows from it for leases (docs/adr/0011).
 *
 * @param length 60 seconds; shorter where a test has to see several
 */
record Window(Duration length) {

    /** As {@code rate_limit_rpm} says it. */
    static final Window MINUTE = new Window(Duration.ofSeconds(60));

    /** What is leased counts as if it passed at the lease's end: each window misses what is sent in so much time. */
    private static final int LEASES_IN_LENGTH = 240;

    /** At most this part of a limit is in one replica's hands: what its death costs, what it may hold back from others. */
    private static final int LEASES_IN_LIMIT = 400;

    private static final int SMALLEST_SHARED = 100;

    /** How long a lease lives, and how long a replica believes a refusal. */
    Duration life() {
        return length.dividedBy(LEASES_IN_LENGTH);
    }

    /** Admits in the largest lease out of a limit; 1 where there are no leases. */
    static int largestLease(int limit) {
        return Math.max(1, limit / LEASES_IN_LIMIT);
    }

    /** Whether even those who wait together are counted in calls of their own. */
    static boolean isTakenOneByOne(int limit) {
        return limit < SMALLEST_SHARED;
    }

    /** How long the log has to count on it that a grant out of this limit is used. */
    Duration leaseOf(int limit) {
        return largestLease(limit) == 1 ? Duration.ZERO : life();
    }
}
