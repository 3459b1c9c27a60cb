package ai.september.bap.registry.sleep;

import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.UserId;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** Statements on engines that sleep, one a method. */
interface SleeperDao {

    String SETTLED = """
            NOT EXISTS (SELECT FROM operations o WHERE o.engine_id = e.engine_id AND o.status IN ('pending', 'running'))
            """;

    /**
     * From when on a sleeper may be destroyed; null, and so never, where the policy says nothing, and for one that is going
     * to be woken by its schedule.
     */
    String DELETE_AT = """
            (CASE WHEN NOT EXISTS (SELECT FROM engine_schedules w WHERE w.engine_id = e.engine_id)
                THEN greatest(e.slept_at, e.stirred_at) + (p.policy->>'delete_after_idle_s')::integer * interval '1 second'
             END)""";

    /** Engines of a host that sleep and that nobody is working on. */
    @SqlQuery("""
            SELECT e.engine_id, e.fence, e.incarnation, e.sleep_mode AS mode,
                coalesce(e.slept_at <= clock_timestamp() - (p.policy->>'pause_to_stop_s')::integer * interval '1 second',
                    false) OR coalesce(p.policy->>'sleep_mode' = 'stop', false) AS due
            FROM engines e JOIN products p USING (product_id)
            WHERE e.host_id = :hostId AND e.status = 'sleeping' AND""" + " " + SETTLED)
    List<Sleeper> sleepers(HostId hostId);

    /** Whether nothing has been begun with it since. */
    @SqlQuery("SELECT EXISTS (SELECT FROM engines e WHERE e.engine_id = :s.engineId AND e.fence = :s.fence"
            + " AND e.status = 'sleeping' AND " + SETTLED + ")")
    boolean isAsLeft(@BindMethods("s") Sleeper sleeper);

    /** A sleeper whose processes have ended; its memory is free for others. Of those that are not known to be, only. */
    @SqlQuery("""
            UPDATE engines e SET sleep_mode = 'stop', memory = 0
            WHERE e.engine_id = :s.engineId AND e.fence = :s.fence AND e.status = 'sleeping'
              AND (e.sleep_mode IS DISTINCT FROM 'stop' OR e.memory > 0)
            RETURNING e.engine_id, e.product_id, e.user_id, statement_timestamp() AS at
            """)
    List<Told> stop(@BindMethods("s") Sleeper sleeper);

    /** An engine of which something is to be told. */
    record Told(EngineId engineId, ProductId productId, UserId userId, Instant at) {}

    /**
     * Announces that sleepers will be destroyed, those whose time comes within a day; {@code at} is when. Takes back what was
     * announced where it does not hold any more. Rows that somebody has locked come another time.
     */
    @SqlUpdate("""
            UPDATE engines SET delete_announced_at = NULL WHERE engine_id IN (
                SELECT e.engine_id FROM engines e JOIN products p USING (product_id)
                WHERE e.host_id = :hostId AND e.delete_announced_at IS NOT NULL
                  AND (e.status <> 'sleeping'
                    OR (""" + DELETE_AT + """
                         - interval '1 day' <= clock_timestamp()) IS NOT TRUE)
                LIMIT 100 FOR UPDATE OF e SKIP LOCKED)
            """)
    int withdraw(HostId hostId);

    @SqlQuery("""
            UPDATE engines u SET delete_announced_at = statement_timestamp()
            FROM (SELECT e.engine_id,""" + " " + DELETE_AT + """
                     AS due FROM engines e JOIN products p USING (product_id)
                WHERE e.host_id = :hostId AND e.status = 'sleeping' AND e.delete_announced_at IS NULL
                  AND""" + " " + DELETE_AT + " - interval '1 day' <= clock_timestamp() AND " + SETTLED
            + """
                ORDER BY e.engine_id LIMIT 100 FOR UPDATE OF e SKIP LOCKED) AS announced
            WHERE u.engine_id = announced.engine_id
            RETURNING u.engine_id, u.product_id, u.user_id,
                greatest(announced.due, statement_timestamp() + interval '1 day') AS at
            """)
    List<Told> announce(HostId hostId);

    String DOOMED = "e.status = 'sleeping' AND e.delete_announced_at <= clock_timestamp() - interval '1 day' AND "
            + DELETE_AT + " <= clock_timestamp() AND " + SETTLED;

    /** Sleepers whose time has come, and of which that was announced a day ago. */
    @SqlQuery("SELECT e.engine_id FROM engines e JOIN products p USING (product_id) WHERE e.host_id = :hostId AND "
            + DOOMED + " ORDER BY e.delete_announced_at LIMIT 20")
    List<EngineId> doomed(HostId hostId);
}
