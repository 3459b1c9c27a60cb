package ai.september.bap.registry.engine;

import ai.september.bap.registry.database.PlannedAnew;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.Slug;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/** Statements on the engines of all products, for the operator; one a method. */
public interface FleetDao {

    String MATCHING = """
            FROM engines
            WHERE (:q.productId::uuid IS NULL OR product_id = :q.productId)
              AND (:q.status::text IS NULL OR status = :q.status)
              AND (:q.hostId::text IS NULL OR host_id = :q.hostId)
              AND (:q.image::text IS NULL OR image = :q.image)
              AND (:q.userId::text IS NULL OR user_id = :q.userId)
            """;

    /** Oldest first. The page is found in an index alone, where nothing but a product is asked for; then its rows are read. */
    @SqlQuery("SELECT p.slug, failure_code, failure_message, " + EngineDao.COLUMNS_OF_E + """
            FROM engines e JOIN products p USING (product_id) WHERE e.engine_id = ANY(ARRAY(
                SELECT engine_id
            """ + MATCHING + """
                ORDER BY created_at, engine_id LIMIT :limit OFFSET :offset))
            ORDER BY e.created_at, e.engine_id
            """)
    @PlannedAnew
    List<FleetEngine> page(@BindMethods("q") FleetQuery query, int limit, long offset);

    @SqlQuery("SELECT count(*) " + MATCHING)
    @PlannedAnew
    long count(@BindMethods("q") FleetQuery query);

    @SqlQuery("SELECT product_id FROM products WHERE slug = :slug")
    Optional<ProductId> product(Slug slug);
}
