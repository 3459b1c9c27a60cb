package ai.september.bap.registry.product;

import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.vault.KeyHash;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/**
 * Statements on a product's keys, one a method. Times are {@code statement_timestamp()}: the transaction may have begun long
 * before it got the product's lock, and the newest key is the one that was made last.
 */
public interface PlatformKeyRingDao {

    /** A key that is valid, with its hash. */
    record ValidKey(UUID keyId, KeyHash keyHash, @Nullable Instant expiresAt) {}

    /** Those that are valid now, newest first. */
    @SqlQuery("""
            SELECT key_id, key_hash, expires_at FROM platform_keys
            WHERE product_id = :productId AND (expires_at IS NULL OR expires_at > statement_timestamp())
            ORDER BY created_at DESC, key_id DESC
            """)
    List<ValidKey> valid(ProductId productId);

    /** Lets all that are valid expire after the overlap, at the latest; returns the latest time at which one does. */
    @SqlQuery("""
            WITH expiring AS (
                UPDATE platform_keys
                SET expires_at = least(coalesce(expires_at, 'infinity'), statement_timestamp() + :overlap)
                WHERE product_id = :productId AND (expires_at IS NULL OR expires_at > statement_timestamp())
                RETURNING expires_at)
            SELECT max(expires_at) FROM expiring
            """)
    Instant expireAll(ProductId productId, Duration overlap);

    /** Ends a key now, unless it has ended before. */
    @SqlQuery("""
            UPDATE platform_keys SET expires_at = least(coalesce(expires_at, 'infinity'), statement_timestamp())
            WHERE product_id = :productId AND key_id = :keyId
            RETURNING key_id, created_at, (
                SELECT last_used_at FROM platform_key_use u WHERE u.key_id = platform_keys.key_id) AS last_used_at, expires_at
            """)
    Optional<PlatformKey> expire(ProductId productId, UUID keyId);

    @SqlQuery("""
            INSERT INTO platform_keys (key_id, product_id, key_hash, created_at)
            VALUES (:keyId, :productId, :keyHash, statement_timestamp())
            RETURNING key_id, created_at, (
                SELECT last_used_at FROM platform_key_use u WHERE u.key_id = platform_keys.key_id) AS last_used_at, expires_at
            """)
    PlatformKey insert(UUID keyId, ProductId productId, KeyHash keyHash);

    @SqlQuery("""
            SELECT key_id, created_at, last_used_at, expires_at FROM platform_keys LEFT JOIN platform_key_use USING (key_id)
            WHERE product_id = :productId ORDER BY created_at DESC, key_id DESC LIMIT :limit
            """)
    List<PlatformKey> list(ProductId productId, int limit);

    /** Forgets keys that have been invalid for so long. */
    @SqlUpdate("""
            DELETE FROM platform_keys WHERE key_id IN (
                SELECT key_id FROM platform_keys WHERE expires_at < statement_timestamp() - :age LIMIT :limit)
            """)
    int deleteExpired(Duration age, int limit);
}
