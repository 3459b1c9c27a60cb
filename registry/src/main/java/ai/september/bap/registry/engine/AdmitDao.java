package ai.september.bap.registry.engine;

import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.vault.KeyHash;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * The hot path: one indexed read per admit (unique key hash, unique (product, user), the open operation). Said without an
 * extension of Jdbi, whose making anew for each use took a fifth of an admit's time.
 */
public final class AdmitDao {

    /** No join for the operation: while nothing is under way, to look through all that is costs as little, and would be kept. */
    private static final String READ = """
            SELECT k.key_id, p.product_id AS p_product_id, p.slug AS p_slug, p.policy AS p_policy,
                e.engine_id, e.user_id, e.status, e.port, e.image, e.key_token, e.created_at,""" + LastHealth.OF_E + """
                 AS last_health_at,
                EXISTS (SELECT FROM operations o
                    WHERE o.engine_id = e.engine_id AND o.status IN ('pending', 'running')) AS busy
            FROM platform_keys k
            JOIN products p ON p.product_id = k.product_id
            LEFT JOIN engines e ON e.product_id = p.product_id AND e.user_id = :userId
            WHERE k.key_hash = :keyHash AND (k.expires_at IS NULL OR k.expires_at > now())
            """;

    private AdmitDao() {}

    /** Empty if the key is not valid. */
    public static Optional<AdmitView> read(Handle handle, KeyHash keyHash, UserId userId) {
        return handle.createQuery(READ)
                .bind("keyHash", keyHash)
                .bind("userId", userId)
                .mapTo(AdmitView.class)
                .findOne();
    }
}
