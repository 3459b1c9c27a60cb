package ai.september.bap.registry.activity;

import ai.september.bap.registry.id.EngineId;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/**
 * Statements on when things were last used, one a method. Times come as ages, in microseconds, so that PostgreSQL's clock is
 * the only one. A stamp never moves backwards, and one of something that is gone is left out; who goes in the very moment
 * fails the statement, which is to be repeated later. Rows are locked in order, so that replicas do not lock each other out.
 */
public interface ActivityDao {

    /** Engines that were admitted, each once; returns how many stamps are newer than what was known. */
    @SqlUpdate("""
            INSERT INTO engine_activity AS known (engine_id, last_admit_at)
            SELECT engine_id, statement_timestamp() - age * interval '1 microsecond'
            FROM unnest(:engines, :ages) AS stamp (engine_id, age) JOIN engines USING (engine_id)
            ORDER BY engine_id
            ON CONFLICT (engine_id) DO UPDATE SET last_admit_at = excluded.last_admit_at
            WHERE known.last_admit_at < excluded.last_admit_at
            """)
    int stampEngines(List<EngineId> engines, List<Long> ages);

    /** Engines that were active by their own account, each once. */
    @SqlUpdate("""
            INSERT INTO engine_own_activity AS known (engine_id, active_at)
            SELECT engine_id, statement_timestamp() - age * interval '1 microsecond'
            FROM unnest(:engines, :ages) AS stamp (engine_id, age) JOIN engines USING (engine_id)
            ORDER BY engine_id
            ON CONFLICT (engine_id) DO UPDATE SET active_at = excluded.active_at
            WHERE known.active_at < excluded.active_at
            """)
    int stampOwn(List<EngineId> engines, List<Long> ages);

    /** PostgreSQL's time. */
    @SqlQuery("SELECT clock_timestamp()")
    Instant now();

    /**
     * A process that admits is there.
     *
     * @param flushedTo everything that it answered by what it had read before is written down; null if that has not changed
     */
    @SqlUpdate("""
            INSERT INTO admitting_replicas AS known (replica_id, seen_at, flushed_to)
            VALUES (:replica, clock_timestamp(), :flushedTo::timestamptz)
            ON CONFLICT (replica_id) DO UPDATE SET seen_at = excluded.seen_at,
                flushed_to = coalesce(excluded.flushed_to, known.flushed_to)
            """)
    void seen(UUID replica, @Nullable Instant flushedTo);

    /** A process that admits no more has written everything down. */
    @SqlUpdate("DELETE FROM admitting_replicas WHERE replica_id = :replica")
    void left(UUID replica);

    /** How many of those that may still admit have not written down all from before that time. */
    @SqlQuery("""
            SELECT count(*) FROM admitting_replicas
            WHERE (flushed_to IS NULL OR flushed_to < :time)
              AND seen_at >= clock_timestamp() -""" + " " + Replicas.SILENCE_SQL)
    int countBehind(Instant time);

    /** Replicas that ended without a word, once no engine's idleness depends on when: a day, or the longest idle timeout. */
    @SqlUpdate("""
            DELETE FROM admitting_replicas WHERE seen_at < clock_timestamp() - interval '1 hour' - greatest(
                interval '1 day',
                (SELECT max((policy->>'idle_timeout_s')::integer) * interval '1 second' FROM products))
            """)
    int forgetLost();

    /** Platform keys that came with a request, each once; returns how many stamps are newer than what was known. */
    @SqlUpdate("""
            INSERT INTO platform_key_use AS known (key_id, last_used_at)
            SELECT key_id, statement_timestamp() - age * interval '1 microsecond'
            FROM unnest(:keys, :ages) AS stamp (key_id, age) JOIN platform_keys USING (key_id)
            ORDER BY key_id
            ON CONFLICT (key_id) DO UPDATE SET last_used_at = excluded.last_used_at
            WHERE known.last_used_at < excluded.last_used_at
            """)
    int stampKeys(List<UUID> keys, List<Long> ages);
}
