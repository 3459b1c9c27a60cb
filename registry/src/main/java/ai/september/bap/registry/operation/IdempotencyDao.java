package ai.september.bap.registry.operation;

import ai.september.bap.registry.id.OperationId;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.vault.KeyHash;
import java.time.Duration;
import java.util.Optional;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/** Statements on idempotency keys, one a method. */
public interface IdempotencyDao {

    /** What was asked under a key before. */
    record Use(
            KeyHash fingerprint,
            @Nullable OperationId operationId,
            @Nullable KeyHash keyHash) {}

    /**
     * Takes a key, also one whose time is over. Waits for a transaction that is taking the same key, and for one that is
     * deleting the product: whether there still is one has to be known before the row refers to it.
     *
     * @return 0 if it is in use, or if there is no such product
     */
    @SqlUpdate("""
            INSERT INTO idempotency_keys AS known (product_id, verb, user_id, idempotency_key, fingerprint)
            SELECT product_id, :verb, :key.pathUser, :key.key, :key.fingerprint
            FROM products WHERE product_id = :productId FOR KEY SHARE
            ON CONFLICT (product_id, verb, user_id, idempotency_key) DO UPDATE
                SET fingerprint = excluded.fingerprint, operation_id = NULL, key_hash = NULL,
                    created_at = excluded.created_at
                WHERE known.created_at < statement_timestamp() - :validity
            """)
    int take(ProductId productId, Verb verb, @BindMethods("key") IdempotencyKey key, Duration validity);

    @SqlQuery("""
            SELECT fingerprint, operation_id, key_hash FROM idempotency_keys
            WHERE product_id = :productId AND verb = :verb AND user_id = :key.pathUser AND idempotency_key = :key.key
            """)
    Optional<Use> find(ProductId productId, Verb verb, @BindMethods("key") IdempotencyKey key);

    /** Notes what the request has come to, and the hash of the engine's key that its answer may have. */
    @SqlUpdate("""
            UPDATE idempotency_keys i SET operation_id = o.operation_id, key_hash = coalesce(e.pending_key_hash, e.key_hash)
            FROM operations o LEFT JOIN engines e USING (engine_id)
            WHERE o.operation_id = :operationId
              AND i.product_id = :productId AND i.verb = :verb AND i.user_id = :key.pathUser
              AND i.idempotency_key = :key.key
            """)
    void settle(ProductId productId, Verb verb, @BindMethods("key") IdempotencyKey key, OperationId operationId);

    @SqlUpdate("""
            DELETE FROM idempotency_keys WHERE ctid = ANY(ARRAY(
                SELECT ctid FROM idempotency_keys WHERE created_at < statement_timestamp() - :age
                ORDER BY created_at LIMIT :limit))
            """)
    int deleteOlder(Duration age, int limit);
}
