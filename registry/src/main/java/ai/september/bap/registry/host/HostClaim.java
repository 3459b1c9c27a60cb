package ai.september.bap.registry.host;

import ai.september.bap.registry.id.HostId;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One worker's claim on a host whose engines nobody else can see: a second worker would start each of them once more, on
 * a volume of its own. It is a lock of a database session, so it ends with its worker, in whatever way that ends. It
 * ends with the database, too: whoever has it asks again and again to {@link #keep} it. Thread-safe.
 */
public final class HostClaim implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HostClaim.class);

    private static final long PAUSE_MS = 100;

    private static final int CHECK_TIMEOUT_S = 5;

    private final Jdbi jdbi;
    private final HostId hostId;
    private Handle session;

    private HostClaim(Jdbi jdbi, HostId hostId, Handle session) {
        this.jdbi = jdbi;
        this.hostId = hostId;
        this.session = session;
    }

    /**
     * Takes the host, and keeps a connection for as long.
     *
     * @param patience with a worker that was killed a moment ago, of which the database has not heard yet
     * @return empty if another worker has it
     */
    public static Optional<HostClaim> take(Jdbi jdbi, HostId hostId, Duration patience) throws InterruptedException {
        Handle session = jdbi.open();
        boolean taken = false;
        try {
            long deadline = System.nanoTime() + patience.toNanos();
            HostDao hosts = session.attach(HostDao.class);
            taken = hosts.claim(hostId);
            while (!taken && System.nanoTime() < deadline) {
                Thread.sleep(PAUSE_MS);
                taken = hosts.claim(hostId);
            }
            return taken ? Optional.of(new HostClaim(jdbi, hostId, session)) : Optional.empty();
        } finally {
            if (!taken) {
                session.close();
            }
        }
    }

    /**
     * Takes the host again if the session that had it has ended.
     *
     * @return false if somebody else has it by now
     * @throws JdbiException if the database is away, so that nobody can have it
     */
    public synchronized boolean keep() {
        if (isAlive()) {
            return true;
        }
        close();
        Handle next = jdbi.open();
        boolean taken = false;
        try {
            taken = next.attach(HostDao.class).claim(hostId);
            if (taken) {
                session = next;
            }
            return taken;
        } finally {
            if (!taken) {
                next.close();
            }
        }
    }

    private boolean isAlive() {
        try {
            return !session.isClosed() && session.getConnection().isValid(CHECK_TIMEOUT_S);
        } catch (SQLException lost) {
            return false;
        }
    }

    /** Gives the host up. The connection goes back to its pool, so the lock has to be given up before. */
    @Override
    public synchronized void close() {
        if (session.isClosed()) {
            return;
        }
        try (Handle ended = session) {
            ended.attach(HostDao.class).giveUpClaims();
        } catch (JdbiException lost) {
            LOG.debug("the session had ended, and the claim with it", lost);
        }
    }
}
