package ai.september.bap.registry.operation;

import ai.september.bap.registry.audit.AuditDao;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.UserId;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Takes a user's name out of what outlives the user's engine. A random token takes its place in audit log and operations,
 * the same in all rows, so that they stay countable; nothing leads from it back to the name.
 */
final class Erasure {

    private Erasure() {}

    /** Erases, in the caller's transaction; returns how many rows there were. */
    static int of(Handle handle, ProductId productId, UserId userId) {
        String token = "erased-" + UUID.randomUUID();
        handle.attach(IdempotencyDao.class).erase(productId, userId);
        return handle.attach(AuditDao.class).erase(productId, userId, token)
                + handle.attach(OperationDao.class).erase(productId, userId, token);
    }
}
