package ai.september.bap.registry.operation;

import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.database.PlannedAnew;
import ai.september.bap.registry.engine.EngineStatus;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.id.OperationId;
import ai.september.bap.registry.id.ProductId;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.mapper.Nested;
import org.jdbi.v3.sqlobject.config.KeyColumn;
import org.jdbi.v3.sqlobject.config.ValueColumn;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/**
 * Statements on operations and their steps, one a method. Times are {@code statement_timestamp()}: {@code now()} is when the
 * transaction began, which may have been before it waited for a lock, and so before what it then ends had begun.
 */
public interface OperationDao {

    String COLUMNS = """
            operation_id, engine_id, product_id, user_id, host_id, kind, status, actor, admin_key, fence,
            previous_status, superseded_by, error_code, error_message, engine_output, touched, erase, waiting,
            run_id, created_at, started_at, finished_at
            """;

    @SqlQuery("SELECT " + COLUMNS + " FROM operations WHERE operation_id = :operationId")
    Optional<Operation> find(OperationId operationId);

    /** One of the product's own: another's is not even read, so that it takes no longer than one that is not. */
    @SqlQuery("SELECT " + COLUMNS + " FROM operations WHERE operation_id = :operationId AND product_id = :productId")
    Optional<Operation> find(OperationId operationId, ProductId productId);

    @SqlQuery("SELECT " + COLUMNS + " FROM operations WHERE operation_id = :operationId FOR UPDATE")
    Optional<Operation> lock(OperationId operationId);

    @SqlQuery("SELECT " + COLUMNS + " FROM operations WHERE engine_id = :engineId AND status IN ('pending', 'running')")
    Optional<Operation> findOpen(EngineId engineId);

    /**
     * Whether the engine's destruction is on record, which is as long as operations are kept. No index fits: it is for the few
     * engines that have left something behind.
     */
    @SqlQuery("""
            SELECT EXISTS (SELECT FROM operations
                WHERE engine_id = :engineId AND kind = 'destroy' AND status = 'succeeded')
            """)
    boolean isDestroyed(EngineId engineId);

    @SqlQuery("""
            SELECT name, status, note, started_at, finished_at FROM operation_steps
            WHERE operation_id = :operationId ORDER BY position
            """)
    List<Step> steps(OperationId operationId);

    /** The steps of several operations. */
    @SqlQuery("""
            SELECT operation_id, name, status, note, started_at, finished_at FROM operation_steps
            WHERE operation_id = ANY(:ids) ORDER BY operation_id, position
            """)
    List<StepOf> steps(Collection<OperationId> ids);

    /** A step and whose it is. */
    record StepOf(OperationId operationId, @Nested Step step) {}

    @SqlQuery("SELECT " + COLUMNS + " FROM operations WHERE operation_id = ANY(:ids)")
    List<Operation> find(Collection<OperationId> ids);

    /** A page of operations, newest first. */
    @SqlQuery("SELECT " + COLUMNS + """
            FROM operations
            WHERE (:q.productId::uuid IS NULL OR product_id = :q.productId)
              AND (:q.engineId::uuid IS NULL OR engine_id = :q.engineId)
              AND (:q.userId::text IS NULL OR user_id = :q.userId)
              AND (:q.status::text IS NULL OR status = :q.status)
              AND (:q.kind::text IS NULL OR kind = :q.kind)
              AND (:q.beforeId::uuid IS NULL OR (created_at, operation_id) < (:q.beforeCreatedAt::timestamptz, :q.beforeId))
            ORDER BY created_at DESC, operation_id DESC LIMIT :q.limit
            """)
    @PlannedAnew
    List<Operation> page(@BindMethods("q") OperationQuery query);

    @SqlQuery("SELECT operation_id FROM operations WHERE operation_id = ANY(:ids) AND finished_at IS NOT NULL")
    List<OperationId> endedAmong(Collection<OperationId> ids);

    /** Takes its fence from the engine, which has to be locked and to have got its new fence before. */
    @SqlQuery("""
            INSERT INTO operations
                (operation_id, engine_id, product_id, user_id, host_id, kind, actor, admin_key, fence, previous_status,
                touched, created_at)
            SELECT :operationId, engine_id, product_id, user_id, host_id, :kind, :actor.name, :actor.adminKey, fence,
                :previousStatus, :touched, statement_timestamp()
            FROM engines WHERE engine_id = :engineId
            RETURNING
            """ + COLUMNS)
    Operation insert(
            OperationId operationId,
            EngineId engineId,
            OperationKind kind,
            @BindMethods("actor") Actor actor,
            EngineStatus previousStatus,
            boolean touched);

    /** Has an operation that is being begun wait for its turn. */
    @SqlQuery("UPDATE operations SET waiting = true WHERE operation_id = :operationId RETURNING " + COLUMNS)
    Operation makeWait(OperationId operationId);

    /** Products some of whose provisions wait for their turn. */
    @SqlQuery("SELECT DISTINCT product_id FROM operations WHERE waiting AND status = 'pending'")
    List<ProductId> productsWithWaiting();

    /** Whether some of a product's provisions wait for their turn. */
    @SqlQuery("SELECT EXISTS (SELECT FROM operations WHERE product_id = :productId AND waiting AND status = 'pending')")
    boolean isAnyWaiting(ProductId productId);

    /** How many of a product's provisions have had their turn and have not ended. */
    @SqlQuery("""
            SELECT count(*) FROM operations
            WHERE product_id = :productId AND kind = 'provision' AND status IN ('pending', 'running') AND NOT waiting
            """)
    int provisionsUnderWay(ProductId productId);

    /** Gives those that wait longest their turn. */
    @SqlQuery("""
            UPDATE operations SET waiting = false WHERE operation_id IN (
                SELECT operation_id FROM operations
                WHERE product_id = :productId AND waiting AND status = 'pending'
                ORDER BY created_at, operation_id LIMIT :limit)
            AND status = 'pending'
            RETURNING
            """ + COLUMNS)
    List<Operation> endWait(ProductId productId, int limit);

    /** Has the user's name taken out of all that stays, once the engine is destroyed. */
    @SqlUpdate("UPDATE operations SET erase = true WHERE operation_id = :operationId AND NOT erase")
    void markErase(OperationId operationId);

    @SqlUpdate("""
            INSERT INTO operation_steps (operation_id, position, name)
            SELECT :operationId, position, name FROM unnest(:names) WITH ORDINALITY AS step (name, position)
            """)
    void insertSteps(OperationId operationId, List<String> names);

    @SqlUpdate("""
            UPDATE operations SET status = 'running', started_at = coalesce(started_at, statement_timestamp())
            WHERE operation_id = :operationId AND status IN ('pending', 'running')
            """)
    int begin(OperationId operationId);

    @SqlUpdate("""
            UPDATE operations SET status = 'running', started_at = statement_timestamp()
            WHERE operation_id = :operationId AND status = 'pending'
            """)
    int tryBegin(OperationId operationId);

    /** The operation as it ended; empty if it had ended before. */
    @SqlQuery("""
            UPDATE operations SET status = :status, finished_at = statement_timestamp(),
                started_at = coalesce(started_at, statement_timestamp()),
                error_code = :errorCode, error_message = :errorMessage, superseded_by = :supersededBy
            WHERE operation_id = :operationId AND status IN ('pending', 'running')
            RETURNING
            """ + COLUMNS)
    Optional<Operation> end(
            OperationId operationId,
            OperationStatus status,
            @Nullable String errorCode,
            @Nullable String errorMessage,
            @Nullable OperationId supersededBy);

    /**
     * What an ended operation did not get to, or was in the middle of. A success has done all its steps: one that is
     * still open was lost in a crash of the database, because steps are not committed durably.
     */
    @SqlUpdate("""
            UPDATE operation_steps SET
                status = CASE WHEN :status = 'succeeded' THEN 'succeeded'
                    WHEN status = 'running' AND :status = 'failed' THEN 'failed' ELSE 'cancelled' END,
                started_at = CASE WHEN :status = 'succeeded' THEN coalesce(started_at, statement_timestamp())
                    ELSE started_at END,
                finished_at = CASE WHEN started_at IS NULL AND :status <> 'succeeded' THEN NULL
                    ELSE statement_timestamp() END
            WHERE operation_id = :operationId AND status IN ('pending', 'running')
            """)
    void endOpenSteps(OperationId operationId, OperationStatus status);

    /** Whether the operation is open and still the engine's latest. */
    @SqlQuery("""
            SELECT EXISTS (SELECT FROM operations o JOIN engines e USING (engine_id)
                WHERE o.operation_id = :operationId AND o.status IN ('pending', 'running') AND o.fence = e.fence)
            """)
    boolean isCurrent(OperationId operationId);

    /**
     * As {@link #isCurrent}, and whoever ends the operation waits until the transaction is over. Where an end is just
     * being committed, this waits for it and then sees it; a plain read would still see the operation as open.
     */
    @SqlQuery("""
            SELECT o.operation_id FROM operations o JOIN engines e USING (engine_id)
            WHERE o.operation_id = :operationId AND o.status IN ('pending', 'running') AND o.fence = e.fence
            FOR SHARE OF o
            """)
    Optional<OperationId> holdCurrent(OperationId operationId);

    /** Returns 0 if an attempt that was asked for later has begun. */
    @SqlUpdate("""
            UPDATE operations SET step_at = :askedAt
            WHERE operation_id = :operationId AND (step_at IS NULL OR step_at <= :askedAt)
            """)
    int advance(OperationId operationId, long askedAt);

    @SqlQuery("""
            SELECT coalesce(step_at > :askedAt, FALSE) FROM operations WHERE operation_id = :operationId FOR UPDATE
            """)
    boolean isLate(OperationId operationId, long askedAt);

    /** No-op for an operation that has touched already. */
    @SqlUpdate("""
            UPDATE operations SET touched = true
            WHERE operation_id = :operationId AND status IN ('pending', 'running') AND NOT touched
            """)
    int touch(OperationId operationId);

    /** Under way, perhaps again. A step that failed or was given up, and is done again for a compensation, stays so. */
    @SqlUpdate("""
            UPDATE operation_steps SET status = 'running',
                started_at = coalesce(started_at, statement_timestamp()), finished_at = NULL
            WHERE operation_id = :operationId AND name = :name AND status IN ('pending', 'running', 'succeeded')
            """)
    int beginStep(OperationId operationId, StepName name);

    @SqlUpdate("""
            UPDATE operation_steps SET status = :status, finished_at = statement_timestamp(), note = :note
            WHERE operation_id = :operationId AND name = :name AND status = 'running'
            """)
    int endStep(OperationId operationId, StepName name, OperationStatus status, @Nullable String note);

    @SqlUpdate(
            "UPDATE operations SET engine_output = :output WHERE operation_id = :operationId AND finished_at IS NULL")
    void recordOutput(OperationId operationId, @Nullable String output);

    @SqlUpdate("""
            UPDATE operations SET run_id = :runId, checked_at = clock_timestamp()
            WHERE operation_id = :operationId AND status IN ('pending', 'running')
            """)
    void recordRun(OperationId operationId, String runId);

    /**
     * Open operations nobody has looked after for a while: never started in Temporal for {@code unstarted}, or last
     * seen there longer ago than {@code unchecked}. Marks them as looked after, so that two relays share the work.
     */
    @SqlQuery("""
            UPDATE operations SET checked_at = clock_timestamp() WHERE operation_id IN (
                SELECT operation_id FROM operations
                WHERE status IN ('pending', 'running') AND NOT waiting
                  AND coalesce(checked_at, created_at) <
                      clock_timestamp() - CASE WHEN run_id IS NULL THEN :unstarted ELSE :unchecked END
                ORDER BY run_id IS NOT NULL, coalesce(checked_at, created_at)
                LIMIT :limit FOR UPDATE SKIP LOCKED)
            RETURNING
            """ + COLUMNS)
    List<Operation> claimUnattended(Duration unstarted, Duration unchecked, int limit);

    /** Operations of a host that have been open for a while and wait for no turn, the oldest first. */
    @SqlQuery("SELECT " + COLUMNS + """
            FROM operations
            WHERE status IN ('pending', 'running') AND NOT waiting AND host_id = :hostId
              AND created_at < clock_timestamp() - :age
            ORDER BY created_at LIMIT :limit
            """)
    List<Operation> open(HostId hostId, Duration age, int limit);

    @SqlQuery("""
            SELECT kind, count(*) AS operations FROM operations WHERE status IN ('pending', 'running') GROUP BY kind
            """)
    @KeyColumn("kind")
    @ValueColumn("operations")
    Map<OperationKind, Long> countOpen();

    /** In seconds; 0 if none is open. */
    @SqlQuery("""
            SELECT coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)
            FROM operations WHERE status IN ('pending', 'running')
            """)
    double ageOfOldestOpen();

    @SqlUpdate("""
            DELETE FROM operations WHERE operation_id IN (
                SELECT operation_id FROM operations WHERE finished_at < now() - :age ORDER BY finished_at LIMIT :limit)
            """)
    int deleteEnded(Duration age, int limit);
}
