package ai.september.bap.registry.engine;

import ai.september.bap.registry.id.EngineId;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jspecify.annotations.Nullable;

/** Statements on the sealed keys of all engines, one a method. */
public interface SealedKeyDao {

    /** The sealed keys of one engine: its own, and the one that a rotation under way is bringing in. */
    record Tokens(
            EngineId engineId, String keyToken, @Nullable String pendingKeyToken) {

        @Override
        public String toString() {
            return "Tokens[" + engineId + " REDACTED]";
        }
    }

    @SqlQuery("""
            SELECT engine_id, key_token, pending_key_token FROM engines
            WHERE engine_id > :after ORDER BY engine_id LIMIT :limit
            """)
    List<Tokens> page(EngineId after, int limit);

    /**
     * Puts fresh tokens in the place of those that are still there, as the engine's key or as its next one; one for each
     * engine. Rows that somebody holds are passed over: so this never waits for a lock while it has others, and no deadlock
     * comes of it.
     *
     * @return the engines whose token was replaced
     */
    @SqlQuery("""
            WITH held AS (
                SELECT e.engine_id, t.old, t.fresh
                FROM unnest(:engines, :old, :fresh) AS t (engine_id, old, fresh)
                JOIN engines e ON e.engine_id = t.engine_id AND t.old IN (e.key_token, e.pending_key_token)
                FOR NO KEY UPDATE OF e SKIP LOCKED)
            UPDATE engines e SET
                key_token = CASE e.key_token WHEN h.old THEN h.fresh ELSE e.key_token END,
                pending_key_token = CASE e.pending_key_token WHEN h.old THEN h.fresh ELSE e.pending_key_token END
            FROM held h WHERE e.engine_id = h.engine_id
            RETURNING e.engine_id
            """)
    Set<EngineId> replace(List<EngineId> engines, List<String> old, List<String> fresh);

    @SqlQuery("SELECT count(*) FROM engines")
    long count();
}
