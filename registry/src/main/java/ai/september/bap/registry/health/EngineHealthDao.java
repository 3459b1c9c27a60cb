package ai.september.bap.registry.health;

import ai.september.bap.registry.id.EngineId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** Statements on the health of single engines, one a method. */
public interface EngineHealthDao {

    @SqlQuery("""
            SELECT failures, degraded, restarts, failed_at, restarting_since, recovered_at FROM engine_health
            WHERE engine_id = :engineId
            """)
    Optional<EngineHealth> find(EngineId engineId);

    /** It has failed just now, or has failed to come up: from now on the next attempt at a restart is waited for. */
    @SqlUpdate("""
            INSERT INTO engine_health (engine_id, failed_at) VALUES (:engineId, statement_timestamp())
            ON CONFLICT (engine_id) DO UPDATE SET failures = 0, degraded = false, problem = NULL, lost = false,
                failed_at = statement_timestamp(), restarting_since = NULL
            """)
    void failed(EngineId engineId);

    /** Its host has been silent for too long: how it is nobody knows. */
    @SqlUpdate("""
            INSERT INTO engine_health (engine_id, lost) VALUES (:engineId, true)
            ON CONFLICT (engine_id) DO UPDATE SET failures = 0, degraded = false, problem = NULL, lost = true,
                failed_at = NULL, restarting_since = NULL
            """)
    void lost(EngineId engineId);

    /** Its host is back: from now on the next attempt at a restart is waited for. */
    @SqlUpdate("UPDATE engine_health SET failed_at = statement_timestamp(), restarts = 0 WHERE engine_id = :engineId")
    void found(EngineId engineId);

    @SqlQuery("SELECT EXISTS (SELECT FROM engine_health WHERE engine_id = :engineId AND lost)")
    boolean isLost(EngineId engineId);

    /**
     * Begins to count anew where the engine had been up for so long before it failed.
     *
     * @return 1 if so
     */
    @SqlUpdate("""
            UPDATE engine_health SET restarts = 0, recovered_at = NULL
            WHERE engine_id = :engineId AND recovered_at <= failed_at - :stable
            """)
    int countAnew(EngineId engineId, Duration stable);

    @SqlUpdate("""
            UPDATE engine_health SET restarts = restarts + 1, restarting_since = statement_timestamp(), recovered_at = NULL
            WHERE engine_id = :engineId
            """)
    void beginRestart(EngineId engineId);

    /** It is up after a restart; the attempts count until it has been so for a while. */
    @SqlUpdate("""
            UPDATE engine_health SET failures = 0, degraded = false, problem = NULL, lost = false, failed_at = NULL,
                restarting_since = NULL, recovered_at = statement_timestamp()
            WHERE engine_id = :engineId
            """)
    void recovered(EngineId engineId);

    /** What became of it is known, or nobody's business any more. */
    @SqlUpdate("UPDATE engine_health SET lost = false WHERE engine_id = :engineId AND lost")
    void notLost(EngineId engineId);

    /** Nothing of before counts any more. */
    @SqlUpdate("DELETE FROM engine_health WHERE engine_id = :engineId")
    void forget(EngineId engineId);

    /** When it is by the database's clock, to which all times here belong. */
    @SqlQuery("SELECT statement_timestamp()")
    Instant now();
}
