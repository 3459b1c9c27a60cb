package ai.september.bap.registry.product;

import ai.september.bap.registry.database.PlannedAnew;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.Slug;
import ai.september.bap.registry.vault.KeyHash;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.json.Json;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** Statements on products, their keys and their totals, one a method. */
public interface ProductDao {

    String DETAILS = "product_id, slug, display_name, policy, deleting, created_at";

    /** Inserts a product; returns 0 if the slug is taken. */
    @SqlUpdate("""
            INSERT INTO products (product_id, slug, display_name, policy)
            VALUES (:productId, :slug, :displayName, :policy) ON CONFLICT (slug) DO NOTHING
            """)
    int insert(ProductId productId, Slug slug, String displayName, @Json Policy policy);

    @SqlUpdate("INSERT INTO product_totals (product_id) VALUES (:productId)")
    void insertTotals(ProductId productId);

    @SqlUpdate("INSERT INTO platform_keys (key_id, product_id, key_hash) VALUES (:keyId, :productId, :keyHash)")
    void insertKey(UUID keyId, ProductId productId, KeyHash keyHash);

    @SqlQuery("SELECT product_id, slug, policy FROM products WHERE product_id = :productId")
    Optional<Product> find(ProductId productId);

    /** Returns 0 if there is no such product, or if it is being deleted. */
    @SqlUpdate("UPDATE products SET policy = :policy WHERE product_id = :productId AND NOT deleting")
    int updatePolicy(ProductId productId, @Json Policy policy);

    @SqlQuery("SELECT " + DETAILS + " FROM products WHERE product_id = :productId")
    Optional<ProductDetails> details(ProductId productId);

    /** All products, oldest first. */
    @SqlQuery("SELECT " + DETAILS + " FROM products ORDER BY created_at, product_id LIMIT :limit OFFSET :offset")
    List<ProductDetails> page(int limit, long offset);

    @SqlQuery("SELECT count(*) FROM products")
    long count();

    /**
     * Locks the product against other creations of engines; readers and key checks are not held up. Empty, too, for one that
     * is being deleted.
     */
    @SqlQuery("""
            SELECT policy FROM products WHERE product_id = :productId AND NOT deleting FOR NO KEY UPDATE
            """)
    @Json
    Optional<Policy> lockPolicy(ProductId productId);

    @SqlUpdate("UPDATE product_totals SET provisions = provisions + 1 WHERE product_id = :productId")
    void countProvision(ProductId productId);

    @SqlUpdate("UPDATE product_totals SET destroys = destroys + 1 WHERE product_id = :productId")
    void countDestroy(ProductId productId);

    /** The lifetime totals, and what the audit log says of the last hour; empty if there is no such product. */
    @SqlQuery("""
            SELECT t.provisions AS total_provisions, t.destroys AS total_destroys,
                h.provisions_1h, h.crashes_1h, h.restarts_1h, coalesce(b.avg_boot_ms, 0) AS avg_boot_ms
            FROM product_totals t,
            LATERAL (
                SELECT count(*) FILTER (WHERE action = 'provision' AND metadata->>'outcome' = 'succeeded') AS provisions_1h,
                    count(*) FILTER (WHERE metadata->>'engine_status' = 'failed'
                        AND metadata->>'engine_status_before' <> 'failed') AS crashes_1h,
                    count(*) FILTER (WHERE action = 'auto_restart_start') AS restarts_1h
                FROM audit_log WHERE product_id = :productId AND timestamp > now() - interval '1 hour') h,
            LATERAL (
                SELECT avg((metadata->>'boot_ms')::int)::int AS avg_boot_ms FROM (
                    SELECT metadata FROM audit_log
                    WHERE product_id = :productId AND action = 'provision' AND jsonb_exists(metadata, 'boot_ms')
                    ORDER BY timestamp DESC, id DESC LIMIT 100) recent) b
            WHERE t.product_id = :productId
            """)
    @PlannedAnew
    Optional<ProductTotals> totals(ProductId productId);
}
