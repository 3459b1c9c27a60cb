package ai.september.bap.registry.engine;

import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.vault.KeyHash;
import java.util.Optional;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/** The hot path: one indexed read per admit (unique key hash, unique (product, user), the open operation). */
public interface AdmitDao {

    /** Empty if the key is not valid. */
    @SqlQuery("""
            SELECT p.product_id AS p_product_id, p.slug AS p_slug, p.policy AS p_policy, e.*,
                o.operation_id IS NOT NULL AS busy
            FROM platform_keys k
            JOIN products p ON p.product_id = k.product_id
            LEFT JOIN engines e ON e.product_id = p.product_id AND e.user_id = :userId
            LEFT JOIN operations o ON o.engine_id = e.engine_id AND o.status IN ('pending', 'running')
            WHERE k.key_hash = :keyHash AND (k.expires_at IS NULL OR k.expires_at > now())
            """)
    Optional<AdmitView> read(KeyHash keyHash, UserId userId);
}
