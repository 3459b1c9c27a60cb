package ai.september.bap.registry.sleep;

import ai.september.bap.registry.activity.Replicas;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.id.OperationId;
import java.util.List;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/**
 * Statements on who is idle, one a method. What an engine was last used for is the latest of what came up in its row, of the
 * admits on the hot path, of what it said itself, and of the last moment in which a replica that was lost may have admitted
 * anybody.
 */
public interface IdleDao {

    String ENGINES = """
            FROM engines e JOIN products p USING (product_id)
                LEFT JOIN engine_activity a USING (engine_id)
                LEFT JOIN engine_own_activity w USING (engine_id)
            """;

    String LAST_USED = """
            greatest(coalesce(e.stirred_at, e.last_health_at, e.created_at), a.last_admit_at, w.active_at,
                (SELECT max(r.seen_at) FROM admitting_replicas r
                 WHERE r.seen_at < clock_timestamp() -""" + " " + Replicas.SILENCE_SQL + ") + " + Replicas.LEASE_SQL + ")";

    /** Null, and so not true of anything, where the policy says nothing. */
    String IDLE_TIMEOUT = "((p.policy->>'idle_timeout_s')::integer * interval '1 second')";

    /**
     * Engines of a host that may be put to sleep, those that have been idle for longest first. None while a replica is
     * silent: its stamps would be waited for in vain.
     */
    @SqlQuery("SELECT e.engine_id, e.fence, e.incarnation " + ENGINES + """
            WHERE e.host_id = :hostId AND e.status = 'running'
              AND""" + " " + LAST_USED
            + " <= clock_timestamp() - " + IDLE_TIMEOUT + """
              AND NOT EXISTS (SELECT FROM operations o
                  WHERE o.engine_id = e.engine_id AND o.status IN ('pending', 'running'))
              AND NOT EXISTS (SELECT FROM admitting_replicas r
                  WHERE r.seen_at < clock_timestamp() -""" + " " + Replicas.DOUBT_SQL + """
                    AND r.seen_at >= clock_timestamp() -""" + " "
            + Replicas.SILENCE_SQL + """
            )
            ORDER BY"""
            + " " + LAST_USED + " LIMIT :limit")
    List<IdleEngine> candidates(HostId hostId, int limit);

    /** Whether an engine is idle by its product's policy, as far as the rows know. */
    @SqlQuery("SELECT EXISTS (SELECT " + ENGINES + " WHERE e.engine_id = :engineId AND " + LAST_USED
            + " <= clock_timestamp() - " + IDLE_TIMEOUT + ")")
    boolean isIdle(EngineId engineId);

    /** Whether by all that is known now it was idle already when that sleep began. */
    @SqlQuery("SELECT EXISTS (SELECT " + ENGINES + """
            JOIN operations o USING (engine_id)
            WHERE o.operation_id = :operationId AND""" + " " + LAST_USED + " <= o.created_at - " + IDLE_TIMEOUT + ")")
    boolean wasIdle(OperationId operationId);
}
