package ai.september.bap.registry.database;

import java.util.function.Predicate;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * An advisory lock of PostgreSQL that is held by a transaction, and with it a connection, until it is closed: so it ends
 * with the connection of a process that dies.
 */
public final class TransactionLock implements AutoCloseable {

    private static final long LONGEST_PAUSE_MS = 50;

    private final Handle handle;

    private TransactionLock(Handle handle) {
        this.handle = handle;
    }

    /**
     * Takes a lock, waiting as long as it takes. It asks again and again instead of waiting inside PostgreSQL, because a
     * thread that waits there can not be interrupted.
     *
     * @param attempt tries to take it ({@code pg_try_advisory_xact_lock}); whether that worked
     */
    public static TransactionLock take(Jdbi jdbi, Predicate<Handle> attempt) throws InterruptedException {
        Handle handle = jdbi.open();
        try {
            handle.begin();
            // It idles for as long as it is held: a server that ends idle transactions would give the lock away.
            handle.execute("SET LOCAL idle_in_transaction_session_timeout = 0");
            for (long pauseMs = 1; !attempt.test(handle); pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
                Thread.sleep(pauseMs);
            }
            return new TransactionLock(handle);
        } catch (RuntimeException | InterruptedException e) {
            new TransactionLock(handle).close();
            throw e;
        }
    }

    @Override
    public void close() {
        try (handle) {
            handle.rollback();
        }
    }
}
