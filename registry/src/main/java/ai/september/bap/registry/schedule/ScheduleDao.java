package ai.september.bap.registry.schedule;

import ai.september.bap.registry.id.EngineId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** Statements on schedules, one a method. Who writes one has its engine's row locked, and nobody else does so meanwhile. */
interface ScheduleDao {

    @SqlQuery("SELECT wake_at, cron, timezone, next_wake_at FROM engine_schedules WHERE engine_id = :engineId")
    Optional<Schedule> find(EngineId engineId);

    @SqlUpdate("""
            INSERT INTO engine_schedules (engine_id, wake_at, cron, timezone, next_wake_at)
            VALUES (:engineId, :s.wakeAt::timestamptz, :s.cron::text, :s.timezone::text, :s.nextWakeAt::timestamptz)
            ON CONFLICT (engine_id) DO UPDATE SET wake_at = excluded.wake_at, cron = excluded.cron,
                timezone = excluded.timezone, next_wake_at = excluded.next_wake_at, outcome = NULL
            """)
    void put(EngineId engineId, @BindMethods("s") Schedule schedule);

    @SqlUpdate("UPDATE engine_schedules SET next_wake_at = :next WHERE engine_id = :engineId")
    void move(EngineId engineId, Instant next);

    @SqlUpdate("UPDATE engine_schedules SET next_wake_at = statement_timestamp() + :pause WHERE engine_id = :engineId")
    void postpone(EngineId engineId, Duration pause);

    /** Notes what came of a firing; returns 0 if the same came of the one before. */
    @SqlUpdate("""
            UPDATE engine_schedules SET outcome = :outcome
            WHERE engine_id = :engineId AND outcome IS DISTINCT FROM :outcome
            """)
    int note(EngineId engineId, String outcome);

    @SqlUpdate("DELETE FROM engine_schedules WHERE engine_id = :engineId")
    int remove(EngineId engineId);

    /** Locks the engine that has been due for longest, of those that nobody else has locked: others fire at the same time. */
    @SqlQuery("""
            SELECT e.engine_id FROM engine_schedules s JOIN engines e USING (engine_id)
            WHERE s.next_wake_at <= clock_timestamp()
            ORDER BY s.next_wake_at LIMIT 1 FOR UPDATE OF e SKIP LOCKED
            """)
    Optional<EngineId> lockNextDue();

    /** The schedule, if it is due still: it may have been fired before its engine could be locked. */
    @SqlQuery("""
            SELECT wake_at, cron, timezone, next_wake_at FROM engine_schedules
            WHERE engine_id = :engineId AND next_wake_at <= clock_timestamp()
            """)
    Optional<Schedule> findDue(EngineId engineId);

    @SqlQuery("SELECT clock_timestamp()")
    Instant now();
}
