package ai.september.bap.registry.deletion;

import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.ImageRef;
import ai.september.bap.registry.id.OperationId;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.Slug;
import ai.september.bap.registry.id.UserId;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** Statements on the deletion of products, one a method. */
public interface ProductDeletionDao {

    String COLUMNS = """
            operation_id, product_id, slug, actor, admin_key, status, engines_total, engines_left, erase, created_at,
            started_at, finished_at
            """;

    /** Locks the product against everything that would refer to it, and names it. */
    @SqlQuery("SELECT slug FROM products WHERE product_id = :productId FOR UPDATE")
    Optional<Slug> lockProduct(ProductId productId);

    /** From here on nothing is made for it. In the product's own row, where whoever waits for its lock sees it afterwards. */
    @SqlUpdate("UPDATE products SET deleting = true WHERE product_id = :productId")
    void markProduct(ProductId productId);

    @SqlQuery("SELECT " + COLUMNS + " FROM product_deletions WHERE operation_id = :operationId")
    Optional<ProductDeletion> find(OperationId operationId);

    @SqlQuery("SELECT " + COLUMNS + " FROM product_deletions WHERE operation_id = ANY(:ids)")
    List<ProductDeletion> find(Collection<OperationId> ids);

    @SqlQuery("SELECT " + COLUMNS + " FROM product_deletions WHERE product_id = :productId AND finished_at IS NULL")
    Optional<ProductDeletion> findOpen(ProductId productId);

    @SqlQuery("SELECT " + COLUMNS + " FROM product_deletions WHERE finished_at IS NULL ORDER BY created_at")
    List<ProductDeletion> open();

    @SqlQuery("""
            INSERT INTO product_deletions
                (operation_id, product_id, slug, actor, admin_key, status, engines_total, engines_left, created_at)
            VALUES (:operationId, :productId, :slug, :actor.name, :actor.adminKey, 'pending', :engines, :engines,
                statement_timestamp())
            RETURNING
            """ + COLUMNS)
    ProductDeletion insert(
            OperationId operationId, ProductId productId, Slug slug, @BindMethods("actor") Actor actor, long engines);

    /** Has its users' names taken out of what stays, once the product is deleted. */
    @SqlQuery("UPDATE product_deletions SET erase = true WHERE operation_id = :operationId RETURNING " + COLUMNS)
    ProductDeletion markErase(OperationId operationId);

    /** Notes how many engines are left; returns it. */
    @SqlQuery("""
            UPDATE product_deletions d SET status = 'running', started_at = coalesce(started_at, statement_timestamp()),
                engines_left = (SELECT count(*) FROM engines e WHERE e.product_id = d.product_id)
            WHERE operation_id = :operationId AND finished_at IS NULL
            RETURNING engines_left
            """)
    Optional<Integer> progress(OperationId operationId);

    @SqlUpdate("""
            UPDATE product_deletions SET status = 'succeeded', engines_left = 0, finished_at = statement_timestamp(),
                started_at = coalesce(started_at, statement_timestamp())
            WHERE operation_id = :operationId
            """)
    void succeed(OperationId operationId);

    @SqlQuery("""
            SELECT count(*) FROM operations
            WHERE product_id = :productId AND kind = 'destroy' AND status IN ('pending', 'running')
            """)
    int destroysUnderWay(ProductId productId);

    /** Whose engines may be destroyed next, oldest first. */
    @SqlQuery("""
            SELECT engine_id, user_id, image FROM engines e WHERE product_id = :productId AND NOT EXISTS (
                SELECT FROM operations o WHERE o.engine_id = e.engine_id AND o.kind = 'destroy'
                    AND o.status IN ('pending', 'running'))
            ORDER BY created_at, engine_id LIMIT :limit
            """)
    List<Doomed> next(ProductId productId, int limit);

    /** An engine that is to be destroyed. */
    record Doomed(EngineId engineId, UserId userId, ImageRef image) {}

    @SqlUpdate("DELETE FROM rate_limit_hits WHERE product_id = :productId")
    void deleteRateLimitHits(ProductId productId);

    @SqlUpdate("DELETE FROM products WHERE product_id = :productId")
    void deleteProduct(ProductId productId);

    @SqlUpdate("""
            DELETE FROM product_deletions WHERE operation_id IN (
                SELECT operation_id FROM product_deletions WHERE finished_at < statement_timestamp() - :age LIMIT :limit)
            """)
    int deleteEnded(Duration age, int limit);
}
