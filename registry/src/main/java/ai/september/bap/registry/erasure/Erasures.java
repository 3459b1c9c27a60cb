package ai.september.bap.registry.erasure;

import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.UserId;
import java.time.Duration;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Takes a user's name out of what outlives the user's engine. A random token takes its place in audit log and operations,
 * the same in all rows, so that they stay countable; nothing leads from it back to the name.
 *
 * <p>A batch is done where it is asked for, in that transaction; what is left is on record there, and done by whoever works
 * erasures off. Of an erasure that is done a last pass remains, for refused admits: those who had waited for the destroy
 * are audited after it. Until then the record has the name. Thread-safe; any number may work at once, also on one user's.
 */
public final class Erasures {

    /** The most rows of each table that one transaction changes. */
    static final int BATCH = 1_000;

    /** How long after it a refused admit may still be audited that came before it. */
    static final Duration LATE = Duration.ofMinutes(1);

    private final Jdbi jdbi;

    public Erasures(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * What an erasure has come to so far.
     *
     * @param rows how many rows of audit log and operations it has changed
     * @param goesOn whether there may be more
     */
    public record Progress(int rows, boolean goesOn) {}

    /** Begins to erase, in the caller's transaction, all that is on record there. */
    public static Progress begin(Handle handle, ProductId productId, UserId userId) {
        ErasureDao erasures = handle.attach(ErasureDao.class);
        Erasure erasure = erasures.ask(productId, userId, "erased-" + UUID.randomUUID(), LATE);
        erasures.forgetKeys(productId, userId);
        return proceed(erasures, erasure);
    }

    /** Does one batch of what is due; whether there was any. */
    public boolean eraseBatch() {
        return jdbi.inTransaction(handle -> {
            ErasureDao erasures = handle.attach(ErasureDao.class);
            return erasures.claim(LATE)
                    .map(erasure -> proceed(erasures, erasure))
                    .isPresent();
        });
    }

    private static Progress proceed(ErasureDao erasures, Erasure erasure) {
        ErasureDao.AuditBatch audit = erasures.eraseAudit(erasure, LATE, BATCH);
        int operations = erasures.eraseOperations(erasure, BATCH);
        boolean goesOn = audit.rows() == BATCH || operations == BATCH;
        if (goesOn) {
            erasures.goOn(erasure.productId(), erasure.userId(), audit.lastId());
        } else if (erasure.inLastPass()) {
            erasures.end(erasure.productId(), erasure.userId());
        } else {
            erasures.passAgain(erasure.productId(), erasure.userId(), LATE);
        }
        return new Progress(audit.rows() + operations, goesOn);
    }
}
