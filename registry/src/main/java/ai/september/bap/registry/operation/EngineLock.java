package ai.september.bap.registry.operation;

import ai.september.bap.registry.id.EngineId;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Makes steps on one engine's container wait for each other, across all workers, by a PostgreSQL advisory lock. It is
 * held by a transaction, so that it ends with the connection of a worker that dies. Thread-safe.
 */
public final class EngineLock {

    private static final long LONGEST_PAUSE_MS = 50;

    private final Jdbi jdbi;

    /** Locks over {@code jdbi}, whose pool needs as many connections to spare as steps run at once. */
    public EngineLock(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * Takes the engine's lock, waiting as long as it takes. It asks again and again instead of waiting inside
     * PostgreSQL, because a thread that waits there can not be interrupted.
     */
    public Held take(EngineId engineId) throws InterruptedException {
        Handle handle = jdbi.open();
        try {
            handle.begin();
            // It idles for as long as the step takes: a server that ends idle transactions would give the lock away.
            handle.execute("SET LOCAL idle_in_transaction_session_timeout = 0");
            for (long pauseMs = 1; !tryLock(handle, engineId); pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
                Thread.sleep(pauseMs);
            }
            return new Held(handle);
        } catch (RuntimeException | InterruptedException e) {
            new Held(handle).close();
            throw e;
        }
    }

    private static boolean tryLock(Handle handle, EngineId engineId) {
        return handle.createQuery("SELECT pg_try_advisory_xact_lock(hashtextextended('engine/' || :id, 0))")
                .bind("id", engineId.toString())
                .mapTo(Boolean.class)
                .one();
    }

    /** A lock that is held until it is closed. */
    public static final class Held implements AutoCloseable {

        private final Handle handle;

        private Held(Handle handle) {
            this.handle = handle;
        }

        @Override
        public void close() {
            try (handle) {
                handle.rollback();
            }
        }
    }
}
