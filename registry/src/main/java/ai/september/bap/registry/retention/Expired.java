package ai.september.bap.registry.retention;

import ai.september.bap.registry.audit.AuditDao;
import ai.september.bap.registry.deletion.ProductDeletionDao;
import ai.september.bap.registry.operation.IdempotencyDao;
import ai.september.bap.registry.operation.OperationDao;
import ai.september.bap.registry.product.PlatformKeyRingDao;
import java.time.Duration;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** What is past its time, in all tables that grow. Thread-safe; several may delete at once. */
public final class Expired {

    private static final int BATCH = 1_000;

    /** Longer than an idempotency key is valid. */
    private static final Duration IDEMPOTENCY = Duration.ofHours(25);

    /** Keys that expired are listed for a while: when one was used last is worth knowing afterwards. */
    private static final Duration KEYS = Duration.ofDays(30);

    private final Jdbi jdbi;
    private final List<ToIntFunction<Handle>> deletions;

    /**
     * By the operator's times.
     *
     * @param operations how long operations are kept after their end
     * @param audit how long audit rows are kept
     */
    public Expired(Jdbi jdbi, Duration operations, Duration audit) {
        this.jdbi = jdbi;
        this.deletions = List.of(
                handle -> handle.attach(OperationDao.class).deleteEnded(operations, BATCH),
                handle -> handle.attach(ProductDeletionDao.class).deleteEnded(operations, BATCH),
                handle -> handle.attach(AuditDao.class).deleteOlder(audit, BATCH),
                handle -> handle.attach(IdempotencyDao.class).deleteOlder(IDEMPOTENCY, BATCH),
                handle -> handle.attach(PlatformKeyRingDao.class).deleteExpired(KEYS, BATCH));
    }

    /** Deletes a bounded number of rows of each table; whether there may be more. */
    public boolean deleteBatch() {
        boolean more = false;
        for (ToIntFunction<Handle> deletion : deletions) {
            more |= jdbi.withHandle(deletion::applyAsInt) == BATCH;
        }
        return more;
    }
}
