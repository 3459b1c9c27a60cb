package ai.september.bap.registry.engine;

import ai.september.bap.registry.database.PlannedAnew;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.Slug;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.sqlobject.config.KeyColumn;
import org.jdbi.v3.sqlobject.config.ValueColumn;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jspecify.annotations.Nullable;

/** Statements on the engines of all products, for the operator; one a method. */
public interface FleetDao {

    String MATCHING = """
            FROM engines e JOIN products p USING (product_id)
            WHERE (:q.product::text IS NULL OR p.slug = :q.product)
              AND (:q.status::text IS NULL OR e.status = :q.status)
              AND (:q.hostId::text IS NULL OR e.host_id = :q.hostId)
              AND (:q.image::text IS NULL OR e.image = :q.image)
              AND (:q.userId::text IS NULL OR e.user_id = :q.userId)
            """;

    /** Oldest first. */
    @SqlQuery("SELECT p.slug, failure_code, failure_message, " + EngineDao.COLUMNS_OF_E + MATCHING
            + " ORDER BY e.created_at, e.engine_id LIMIT :limit OFFSET :offset")
    @PlannedAnew
    List<FleetEngine> page(@BindMethods("q") FleetQuery query, int limit, long offset);

    @SqlQuery("SELECT count(*) " + MATCHING)
    @PlannedAnew
    long count(@BindMethods("q") FleetQuery query);

    @SqlQuery("""
            SELECT e.status, count(*) AS engines FROM engines e JOIN products p USING (product_id)
            WHERE (:product::text IS NULL OR p.slug = :product) GROUP BY e.status
            """)
    @KeyColumn("status")
    @ValueColumn("engines")
    @PlannedAnew
    Map<EngineStatus, Long> countByStatus(@Nullable Slug product);

    @SqlQuery("SELECT product_id FROM products WHERE slug = :slug")
    Optional<ProductId> product(Slug slug);
}
