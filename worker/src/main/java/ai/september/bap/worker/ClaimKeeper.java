package ai.september.bap.worker;

import ai.september.bap.registry.host.HostClaim;
import ai.september.bap.registry.id.HostId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the claim on a host again after the database was away. Where another worker has it by then, one of the two has to
 * go, and the other one cannot know of it: it is this one.
 */
final class ClaimKeeper implements Runnable {

    static final Duration INTERVAL = Duration.ofSeconds(1);

    /** A database that lost our connection without noticing holds our own lock against us for a while. */
    static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(ClaimKeeper.class);

    private final HostClaim claim;
    private final HostId hostId;
    private final InstantSource clock;
    private final Runnable end;

    @Nullable
    private Instant missingSince;

    /** A keeper that runs {@code end} each time it finds that the claim is lost for good. */
    ClaimKeeper(HostClaim claim, HostId hostId, InstantSource clock, Runnable end) {
        this.claim = claim;
        this.hostId = hostId;
        this.clock = clock;
        this.end = end;
    }

    @Override
    public void run() {
        Instant now = clock.instant();
        if (claim.keep()) {
            missingSince = null;
        } else if (missingSince == null) {
            missingSince = now;
            LOG.warn("the claim on host {} was lost with the database's session and is held by somebody", hostId);
        } else if (now.isAfter(missingSince.plus(PATIENCE))) {
            LOG.error("another worker has claimed host {} while the database was away: this one ends", hostId);
            end.run();
        }
    }
}
