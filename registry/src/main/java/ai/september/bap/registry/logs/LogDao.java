package ai.september.bap.registry.logs;

import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.vault.KeyHash;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** Statements on who may read what engines print, one a method. */
public interface LogDao {

    /** The workers beside a host that live and serve output, in any order: a busy one is not always the first. */
    @SqlQuery("""
            SELECT worker_id, log_address AS address FROM workers
            WHERE host_id = :hostId AND log_address IS NOT NULL AND heartbeat_at >= now() - :silence
            ORDER BY random()
            """)
    List<LogSource> sources(HostId hostId, Duration silence);

    /** Lets the bearer of a ticket read from that worker; 0 if the worker has left meanwhile. */
    @SqlUpdate("""
            INSERT INTO log_tickets (ticket_hash, worker_id, engine_id, expires_at)
            SELECT :ticket, worker_id, :engineId, now() + :life FROM workers WHERE worker_id = :workerId
            """)
    int issue(KeyHash ticket, UUID workerId, EngineId engineId, Duration life);

    /** Takes the ticket in, and tells whose output it is for; empty if it is none, or too old, or another worker's. */
    @SqlQuery("""
            DELETE FROM log_tickets WHERE ticket_hash = :ticket AND worker_id = :workerId AND expires_at > now()
            RETURNING engine_id
            """)
    Optional<EngineId> redeem(KeyHash ticket, UUID workerId);

    /** Removes this worker's tickets that nobody has come with; each worker does so for its own, and for no other's. */
    @SqlUpdate("DELETE FROM log_tickets WHERE worker_id = :workerId AND expires_at <= now()")
    int forgetExpired(UUID workerId);
}
