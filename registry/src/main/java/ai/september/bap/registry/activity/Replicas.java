package ai.september.bap.registry.activity;

import java.time.Duration;

/**
 * How long the word of a process that admits is good for. A sleep waits until each of them has written down whom it had
 * admitted; so it has to be known when one that is silent has nothing to write any more. (docs/adr/0018)
 */
public final class Replicas {

    /** Without having reached the database for this long, a replica admits nobody by what it has read alone. */
    public static final Duration LEASE = Duration.ofSeconds(30);

    /** The same, as SQL has it. */
    public static final String LEASE_SQL = "interval '30 seconds'";

    /**
     * A replica that was not seen for this long has ended, and whom it admitted last nobody knows: every engine counts as
     * admitted until its lease was over. Twice the lease: an answer that was decided in time has as long again to leave.
     */
    public static final String SILENCE_SQL = "interval '60 seconds'";

    /** One that was not seen for this long may have ended: nobody is put to sleep until that is known. */
    public static final String DOUBT_SQL = "interval '10 seconds'";

    private Replicas() {}
}
