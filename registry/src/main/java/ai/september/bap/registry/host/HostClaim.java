package ai.september.bap.registry.host;

import ai.september.bap.registry.id.HostId;
import java.time.Duration;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One worker's claim on a host whose engines nobody else can see: a second worker would start each of them once more, on
 * a volume of its own. It is a lock of a database session, so it ends with its worker, in whatever way that ends.
 */
public final class HostClaim implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HostClaim.class);

    private static final long PAUSE_MS = 100;

    private final Handle session;

    private HostClaim(Handle session) {
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
            return taken ? Optional.of(new HostClaim(session)) : Optional.empty();
        } finally {
            if (!taken) {
                session.close();
            }
        }
    }

    /** Gives the host up. The connection goes back to its pool, so the lock has to be given up before. */
    @Override
    public void close() {
        try (session) {
            session.attach(HostDao.class).giveUpClaims();
        } catch (JdbiException lost) {
            LOG.debug("the session had ended, and the claim with it", lost);
        }
    }
}
