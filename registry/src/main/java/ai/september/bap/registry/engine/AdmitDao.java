package ai.september.bap.registry.engine;

import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.vault.KeyHash;
import java.util.Optional;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/**
 * The hot path: one indexed read per admit (unique key hash, unique (product, user), the open operation). Not a join for the
 * operation: while nothing is under way a plan that looks through all that is costs as little, and would be kept.
 */
public interface AdmitDao {

    /** Empty if the key is not valid. */
    @SqlQuery("""
            SELECT k.key_id, p.product_id AS p_product_id, p.slug AS p_slug, p.policy AS p_policy,
                e.engine_id, e.product_id, e.user_id, e.host_id, e.status, e.port, e.image, e.image_id, e.key_hash,
                e.key_token, e.pending_key_hash, e.fence, e.incarnation, e.brain_image_id, e.ever_ran, e.last_health_at,
                e.created_at, EXISTS (SELECT FROM operations o
                    WHERE o.engine_id = e.engine_id AND o.status IN ('pending', 'running')) AS busy
            FROM platform_keys k
            JOIN products p ON p.product_id = k.product_id
            LEFT JOIN engines e ON e.product_id = p.product_id AND e.user_id = :userId
            WHERE k.key_hash = :keyHash AND (k.expires_at IS NULL OR k.expires_at > now())
            """)
    Optional<AdmitView> read(KeyHash keyHash, UserId userId);
}
