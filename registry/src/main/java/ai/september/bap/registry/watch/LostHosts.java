package ai.september.bap.registry.watch;

import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.operation.Recoveries;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles, each time it is run, that the engines of a host count as failed of which nothing has been heard for too long. Until
 * then it is unknown, not dead, and nothing is concluded. A host is watched being silent for a while first: after a machine
 * was suspended, or the database away, all hosts seem to have been silent. Any number of these may be at work. Not
 * thread-safe.
 */
public final class LostHosts implements Runnable {

    /** Several heartbeats. */
    static final Duration LOOK = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(LostHosts.class);

    private final Jdbi jdbi;
    private final Duration grace;
    private final LongSupplier nanoTime;
    private final Map<HostId, Long> silentSince = new HashMap<>();

    /**
     * One that judges after so much silence.
     *
     * @param nanoTime which stands still while the machine is suspended
     */
    public LostHosts(Jdbi jdbi, Duration grace, LongSupplier nanoTime) {
        this.jdbi = jdbi;
        this.grace = grace;
        this.nanoTime = nanoTime;
    }

    @Override
    public void run() {
        long now = nanoTime.getAsLong();
        List<HostId> silent = jdbi.withExtension(WatchDao.class, dao -> dao.silent(grace));
        silentSince.keySet().retainAll(silent);
        for (HostId host : silent) {
            long since = silentSince.computeIfAbsent(host, first -> now);
            if (now - since >= LOOK.toNanos()) {
                lose(host);
            }
        }
    }

    private void lose(HostId host) {
        int lost = 0;
        for (EngineId engine : jdbi.withExtension(WatchDao.class, dao -> dao.up(host))) {
            lost += jdbi.inTransaction(handle -> Recoveries.lose(handle, engine, grace)) ? 1 : 0;
        }
        if (lost > 0) {
            LOG.warn(
                    "nothing has been heard of host {} for {} s: {} engines count as failed until it is back",
                    host,
                    grace.toSeconds(),
                    lost);
        }
    }
}
