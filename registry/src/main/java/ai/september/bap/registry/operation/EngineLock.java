package ai.september.bap.registry.operation;

import ai.september.bap.registry.database.TransactionLock;
import ai.september.bap.registry.id.EngineId;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Makes steps on one engine's container wait for each other, across all workers, by a PostgreSQL advisory lock. It is
 * held by a transaction, so that it ends with the connection of a worker that dies. Thread-safe.
 */
public final class EngineLock {

    private final Jdbi jdbi;

    /** Locks over {@code jdbi}, whose pool needs as many connections to spare as steps run at once. */
    public EngineLock(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** Takes the engine's lock, waiting as long as it takes. */
    public Held take(EngineId engineId) throws InterruptedException {
        return new Held(TransactionLock.take(jdbi, handle -> tryLock(handle, engineId)));
    }

    private static boolean tryLock(Handle handle, EngineId engineId) {
        return handle.createQuery("SELECT pg_try_advisory_xact_lock(hashtextextended('engine/' || :id, 0))")
                .bind("id", engineId.toString())
                .mapTo(Boolean.class)
                .one();
    }

    /** A lock that is held until it is closed. */
    public static final class Held implements AutoCloseable {

        private final TransactionLock lock;

        private Held(TransactionLock lock) {
            this.lock = lock;
        }

        @Override
        public void close() {
            lock.close();
        }
    }
}
