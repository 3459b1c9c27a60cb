package ai.september.bap.registry.product;

import ai.september.bap.registry.vault.KeyHash;
import java.util.Optional;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/**
 * The key check of every request. Apart from {@link ProductDao}, because Jdbi prepares all statements of a DAO whenever
 * one is used: that took three times as long as the read.
 */
public interface PlatformKeyDao {

    /** The key and whose it is, if it is valid now. */
    @SqlQuery("""
            SELECT k.key_id, p.product_id AS p_product_id, p.slug AS p_slug, p.policy AS p_policy
            FROM platform_keys k JOIN products p USING (product_id)
            WHERE k.key_hash = :keyHash AND (k.expires_at IS NULL OR k.expires_at > now())
            """)
    Optional<KnownKey> find(KeyHash keyHash);
}
