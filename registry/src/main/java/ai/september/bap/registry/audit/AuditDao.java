package ai.september.bap.registry.audit;

import ai.september.bap.registry.database.PlannedAnew;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.UserId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.json.Json;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/** Statements on the audit log, one a method. */
public interface AuditDao {

    /** Writes a row. An operator's says which key was used. */
    default void insert(
            @Nullable ProductId productId,
            @Nullable UserId userId,
            @Nullable EngineId engineId,
            AuditAction action,
            Actor actor,
            Map<String, Object> metadata,
            @Nullable Integer durationMs) {
        insertRow(productId, userId, engineId, action, actor.name(), actor.sign(metadata), durationMs);
    }

    /** Stamped when it is written: {@code now()}, the column's default, may be long before, in a transaction that waited. */
    @SqlUpdate("""
            INSERT INTO audit_log (timestamp, product_id, user_id, engine_id, action, actor, metadata, duration_ms)
            VALUES (statement_timestamp(), :productId, :userId, :engineId, :action, :actor, :metadata, :durationMs)
            """)
    void insertRow(
            @Nullable ProductId productId,
            @Nullable UserId userId,
            @Nullable EngineId engineId,
            AuditAction action,
            String actor,
            @Json Map<String, Object> metadata,
            @Nullable Integer durationMs);

    @SqlQuery("""
            SELECT product_id, id, timestamp, user_id, engine_id, action, actor, metadata, duration_ms FROM audit_log
            WHERE (:q.productId::uuid IS NULL OR product_id = :q.productId)
              AND (:q.userId::text IS NULL OR user_id = :q.userId)
              AND (:q.engineId::uuid IS NULL OR engine_id = :q.engineId)
              AND (:q.action::text IS NULL OR action = :q.action)
              AND (:q.since::timestamptz IS NULL OR timestamp >= :q.since)
              AND (:q.until::timestamptz IS NULL OR timestamp < :q.until)
              AND (:q.beforeId::bigint IS NULL OR (timestamp, id) < (:q.beforeTimestamp::timestamptz, :q.beforeId))
            ORDER BY timestamp DESC, id DESC LIMIT :q.limit
            """)
    @PlannedAnew
    List<AuditRecord> page(@BindMethods("q") AuditQuery query);

    @SqlUpdate("""
            DELETE FROM audit_log WHERE id IN (
                SELECT id FROM audit_log WHERE timestamp < now() - :age ORDER BY timestamp LIMIT :limit)
            """)
    int deleteOlder(Duration age, int limit);
}
