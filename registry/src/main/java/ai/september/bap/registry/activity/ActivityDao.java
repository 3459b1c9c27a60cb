package ai.september.bap.registry.activity;

import ai.september.bap.registry.id.EngineId;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

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
