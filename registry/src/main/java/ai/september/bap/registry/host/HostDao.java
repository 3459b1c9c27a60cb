package ai.september.bap.registry.host;

import ai.september.bap.registry.id.HostId;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/** Statements on hosts and workers, one a method. */
public interface HostDao {

    /**
     * What one engine gets of the memory of its host {@code h}, in bytes; null where nobody counts. Where the worker is of
     * a release that announces no maximum, it gives every engine the same.
     */
    String ENGINE_MEMORY = """
            (CASE WHEN h.engine_memory IS NOT NULL THEN
                least(coalesce(:wanted::bigint, h.engine_memory), coalesce(h.engine_memory_max, h.engine_memory)) END)""";

    @SqlUpdate("""
            INSERT INTO hosts (host_id, backend, port_min, port_max, publishes_ports, memory_budget, engine_memory,
                engine_memory_max)
            VALUES (:hostId, :backend, :portMin, :portMax, :publishesPorts, :memoryBudget, :engineMemory, :engineMemoryMax)
            ON CONFLICT (host_id) DO UPDATE SET backend = excluded.backend, port_min = excluded.port_min,
                port_max = excluded.port_max, publishes_ports = excluded.publishes_ports,
                memory_budget = excluded.memory_budget, engine_memory = excluded.engine_memory,
                engine_memory_max = excluded.engine_memory_max, heartbeat_at = now()
            """)
    void announce(@BindMethods HostOffer offer);

    @SqlQuery("SELECT EXISTS (SELECT FROM hosts WHERE host_id = :hostId)")
    boolean exists(HostId hostId);

    @SqlQuery("SELECT publishes_ports FROM hosts WHERE host_id = :hostId")
    boolean publishesPorts(HostId hostId);

    /**
     * Has restarts that are held back on a host be released by whoever watches over it, at the end of its next sweep: one
     * engine first, then the others. Returns 0 if none are held back there, or that was asked for already.
     */
    @SqlUpdate("UPDATE hosts SET held_since = 'epoch', canary = NULL WHERE host_id = :hostId AND held_since <> 'epoch'")
    int releaseRestarts(HostId hostId);

    /**
     * The worker lives.
     *
     * @param logAddress where it serves what engines print, {@code host:port}; null if it serves nothing
     */
    @SqlUpdate("""
            INSERT INTO workers (worker_id, host_id, log_address) VALUES (:workerId, :hostId, :logAddress)
            ON CONFLICT (worker_id) DO UPDATE SET heartbeat_at = now(), log_address = excluded.log_address
            """)
    void heartbeat(UUID workerId, HostId hostId, @Nullable String logAddress);

    /** The host's container daemon answers. */
    @SqlUpdate("UPDATE hosts SET heartbeat_at = now() WHERE host_id = :hostId")
    void heartbeat(HostId hostId);

    @SqlUpdate("DELETE FROM workers WHERE worker_id = :workerId")
    void leave(UUID workerId);

    @SqlUpdate("DELETE FROM workers WHERE heartbeat_at < now() - :silence")
    int forgetSilent(Duration silence);

    @SqlQuery("SELECT count(*) FROM workers WHERE heartbeat_at >= now() - :silence")
    int countLive(Duration silence);

    /** Hosts beside which a worker lives, and whose container daemon does not answer. */
    @SqlQuery("""
            SELECT count(*) FROM hosts h WHERE h.heartbeat_at < now() - :silence AND EXISTS (
                SELECT FROM workers w WHERE w.host_id = h.host_id AND w.heartbeat_at >= now() - :silence)
            """)
    int countAway(Duration silence);

    /** Hosts whose restarts are held back, because half of their engines failed at once. */
    @SqlQuery("SELECT count(*) FROM hosts WHERE held_since IS NOT NULL")
    int countHolding();

    /** A lock of this session; false if another one has it. */
    @SqlQuery("SELECT pg_try_advisory_lock(hashtextextended('host/' || :hostId, 0))")
    boolean claim(HostId hostId);

    /** Gives up what this session has claimed. */
    @SqlQuery("SELECT 1 FROM (SELECT pg_advisory_unlock_all()) AS given_up")
    int giveUpClaims();

    /**
     * Where a new engine goes: a live host before a silent one, one with a free port and free memory before a full one,
     * the emptier first.
     *
     * @param wanted the memory that the engine is to have, in bytes; null: what the host gives each
     */
    @SqlQuery("""
            SELECT h.host_id, h.backend, h.port_min, h.port_max, h.heartbeat_at FROM hosts h,
                LATERAL (SELECT count(*) AS engines, count(e.port) AS ports, coalesce(sum(e.memory), 0) AS memory
                    FROM engines e WHERE e.host_id = h.host_id) AS used
            ORDER BY h.heartbeat_at >= now() - :silence DESC,
                (h.publishes_ports AND used.ports > h.port_max - h.port_min)
                    OR coalesce(used.memory +""" + ENGINE_MEMORY + """
                    > h.memory_budget, false),
                used.engines, h.host_id
            LIMIT 1
            """)
    Optional<Host> choose(Duration silence, @Nullable Long wanted);
}
