package ai.september.bap.registry.operation;

import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.id.OperationId;
import java.time.Duration;
import java.util.Optional;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/** Statements on the recoveries of one host, one a method. */
interface RecoveryDao {

    /** Serialises the turns of one host until the transaction ends. */
    @SqlQuery("SELECT 1 FROM (SELECT pg_advisory_xact_lock(hashtextextended('recoveries/' || :hostId, 0))) AS locked")
    int lockTurns(HostId hostId);

    /** How many attempts are under way. */
    @SqlQuery("""
            SELECT count(*) FROM operations o JOIN engine_health h USING (engine_id)
            WHERE o.host_id = :hostId AND o.kind = 'recover' AND o.status IN ('pending', 'running')
              AND h.restarting_since IS NOT NULL
            """)
    int underWay(HostId hostId);

    /**
     * Which of those whose time has come the recovery is, from 1 on. One of each product in turn, and those with fewer under
     * way first, so that a product whose engines all fail does not keep another's waiting.
     */
    @SqlQuery("""
            WITH recoveries AS (
                SELECT o.operation_id, o.product_id, h.restarting_since,
                    h.failed_at + least(:base * 2 ^ least(h.restarts, 30), :longest) AS due
                FROM operations o JOIN engine_health h USING (engine_id)
                WHERE o.host_id = :hostId AND o.kind = 'recover' AND o.status IN ('pending', 'running')),
            waiting AS (
                SELECT operation_id, due, row_number() OVER (PARTITION BY product_id ORDER BY due, operation_id) + (
                    SELECT count(*) FROM recoveries u
                    WHERE u.product_id = r.product_id AND u.restarting_since IS NOT NULL) AS round
                FROM recoveries r WHERE restarting_since IS NULL AND due <= statement_timestamp())
            SELECT position FROM (
                SELECT operation_id, row_number() OVER (ORDER BY round, due, operation_id) AS position FROM waiting) numbered
            WHERE operation_id = :operationId
            """)
    Optional<Integer> position(OperationId operationId, HostId hostId, Duration base, Duration longest);

    /** Whether nothing has been heard of the host's container daemon for so long. */
    @SqlQuery("SELECT heartbeat_at < statement_timestamp() - :silence FROM hosts WHERE host_id = :hostId")
    boolean isAway(HostId hostId, Duration silence);
}
