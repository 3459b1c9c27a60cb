package ai.september.bap.registry.watch;

import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.HostId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/** Statements on a host and its engines' health, one a method. Engines are always named in their order, so that nobody deadlocks. */
interface WatchDao {

    @SqlQuery("UPDATE hosts SET watch = watch + 1 WHERE host_id = :hostId RETURNING watch")
    Optional<Long> begin(HostId hostId);

    /** Held until the transaction ends: a successor begins after it. A heartbeat may come before. */
    @SqlQuery("SELECT watch FROM hosts WHERE host_id = :hostId AND watch = :watch FOR SHARE")
    Optional<Long> hold(HostId hostId, long watch);

    @SqlQuery("""
            SELECT e.engine_id, e.fence, e.incarnation, coalesce(h.failures, 0) AS failures,
                coalesce(h.degraded, false) AS degraded, h.engine_id IS NOT NULL AS remembered
            FROM engines e LEFT JOIN engine_health h USING (engine_id)
            WHERE e.host_id = :hostId AND e.status = 'running' AND NOT EXISTS (
                SELECT FROM operations o WHERE o.engine_id = e.engine_id AND o.status IN ('pending', 'running'))
            ORDER BY e.engine_id
            """)
    List<Watched> roster(HostId hostId);

    @SqlQuery("""
            SELECT e.engine_id, e.fence, e.incarnation, coalesce(h.failures, 0) AS failures,
                coalesce(h.degraded, false) AS degraded, h.engine_id IS NOT NULL AS remembered
            FROM engines e LEFT JOIN engine_health h USING (engine_id)
            WHERE e.engine_id = :engineId AND e.host_id = :hostId AND e.status = 'running' AND NOT EXISTS (
                SELECT FROM operations o WHERE o.engine_id = e.engine_id AND o.status IN ('pending', 'running'))
            """)
    Optional<Watched> find(HostId hostId, EngineId engineId);

    /** Engines that were lost with the host, and that nobody does anything about yet. */
    @SqlQuery("""
            SELECT e.engine_id FROM engine_health h JOIN engines e USING (engine_id)
            WHERE h.lost AND e.host_id = :hostId AND e.status = 'failed' AND NOT EXISTS (
                SELECT FROM operations o WHERE o.engine_id = e.engine_id AND o.status IN ('pending', 'running'))
            """)
    List<EngineId> lost(HostId hostId);

    @SqlQuery("SELECT host_id FROM hosts WHERE heartbeat_at < statement_timestamp() - :silence")
    List<HostId> silent(Duration silence);

    /** Engines of a host that should be up, as far as nothing is being done to them. */
    @SqlQuery("""
            SELECT e.engine_id FROM engines e WHERE e.host_id = :hostId AND e.status = 'running' AND NOT EXISTS (
                SELECT FROM operations o WHERE o.engine_id = e.engine_id AND o.status IN ('pending', 'running'))
            """)
    List<EngineId> up(HostId hostId);

    /** What was known of engines until now stays: from now on the host's sweep says nothing of them. */
    @SqlUpdate("""
            UPDATE engines e SET last_health_at = greatest(e.last_health_at, h.swept_at), unwell = true
            FROM hosts h, unnest(:ids, :fences) AS seen (engine_id, fence)
            WHERE h.host_id = e.host_id AND e.engine_id = seen.engine_id AND e.fence = seen.fence
              AND e.status = 'running' AND NOT e.unwell
            """)
    void unwell(List<EngineId> ids, List<Long> fences);

    /** One more probe of each has failed. */
    @SqlUpdate("""
            INSERT INTO engine_health AS known (engine_id, failures, problem)
            SELECT e.engine_id, 1, seen.problem
            FROM unnest(:ids, :fences, :problems) AS seen (engine_id, fence, problem)
            JOIN engines e ON e.engine_id = seen.engine_id AND e.fence = seen.fence AND e.status = 'running'
            ORDER BY e.engine_id
            ON CONFLICT (engine_id) DO UPDATE
                SET failures = known.failures + 1, degraded = false, problem = excluded.problem
            """)
    void failing(List<EngineId> ids, List<Long> fences, List<String> problems);

    @SqlUpdate("""
            INSERT INTO engine_health AS known (engine_id, degraded, problem)
            SELECT e.engine_id, true, seen.problem
            FROM unnest(:ids, :fences, :problems) AS seen (engine_id, fence, problem)
            JOIN engines e ON e.engine_id = seen.engine_id AND e.fence = seen.fence AND e.status = 'running'
            ORDER BY e.engine_id
            ON CONFLICT (engine_id) DO UPDATE SET failures = 0, degraded = true, problem = excluded.problem
            """)
    void degraded(List<EngineId> ids, List<Long> fences, List<String> problems);

    @SqlUpdate("""
            UPDATE engine_health SET failures = 0, degraded = false, problem = NULL WHERE engine_id IN (
                SELECT h.engine_id FROM unnest(:ids, :fences) AS seen (engine_id, fence)
                JOIN engines e ON e.engine_id = seen.engine_id AND e.fence = seen.fence AND e.status = 'running'
                JOIN engine_health h ON h.engine_id = e.engine_id
                ORDER BY h.engine_id FOR UPDATE OF h)
            """)
    void well(List<EngineId> ids, List<Long> fences);

    @SqlUpdate("""
            UPDATE engines e SET last_health_at = statement_timestamp(), unwell = false FROM unnest(:ids, :fences) AS seen (engine_id, fence)
            WHERE e.engine_id = seen.engine_id AND e.fence = seen.fence AND e.status = 'running'
            """)
    void healthyNow(List<EngineId> ids, List<Long> fences);

    /** What is on record of engines that have been well for so long is of the past. */
    @SqlUpdate("""
            DELETE FROM engine_health h USING engines e
            WHERE e.engine_id = h.engine_id AND e.host_id = :hostId AND e.status = 'running'
              AND h.failures = 0 AND NOT h.degraded AND h.failed_at IS NULL
              AND coalesce(h.recovered_at <= statement_timestamp() - :stable, true)
            """)
    int forgetWell(HostId hostId, Duration stable);

    @SqlUpdate("UPDATE hosts SET swept_at = statement_timestamp() WHERE host_id = :hostId AND watch = :watch")
    int swept(HostId hostId, long watch);

    @SqlQuery("SELECT statement_timestamp() - held_since AS held_for, canary FROM hosts WHERE host_id = :hostId")
    Optional<Hold> hold(HostId hostId);

    @SqlUpdate("UPDATE hosts SET held_since = statement_timestamp(), canary = NULL WHERE host_id = :hostId")
    void holdBack(HostId hostId);

    @SqlUpdate("UPDATE hosts SET canary = :canary WHERE host_id = :hostId")
    void chooseCanary(HostId hostId, @Nullable EngineId canary);

    @SqlUpdate("UPDATE hosts SET held_since = NULL, canary = NULL WHERE host_id = :hostId AND held_since IS NOT NULL")
    int release(HostId hostId);
}
