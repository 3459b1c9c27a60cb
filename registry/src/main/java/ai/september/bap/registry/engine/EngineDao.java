package ai.september.bap.registry.engine;

import ai.september.bap.registry.database.PlannedAnew;
import ai.september.bap.registry.host.HostDao;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.id.ImageRef;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.product.Resources;
import ai.september.bap.registry.product.SleepMode;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.json.Json;
import org.jdbi.v3.sqlobject.config.KeyColumn;
import org.jdbi.v3.sqlobject.config.ValueColumn;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/** Statements on engines, one a method. */
public interface EngineDao {

    /** Named, here and elsewhere: a plan that returns all columns fails in a transaction once a migration has added one. */
    String COLUMNS = """
            engine_id, product_id, user_id, host_id, status, port, image, image_id, key_hash, key_token, pending_key_hash,
            fence, incarnation, brain_image_id, ever_ran, created_at,""" + LastHealth.OF_ENGINES + " AS last_health_at ";

    /** The same, of a table that is called {@code e} beside others. */
    String COLUMNS_OF_E = """
            e.engine_id, e.product_id, e.user_id, e.host_id, e.status, e.port, e.image, e.image_id, e.key_hash, e.key_token,
            e.pending_key_hash, e.fence, e.incarnation, e.brain_image_id, e.ever_ran, e.created_at,""" + LastHealth.OF_E + " AS last_health_at ";

    /** What there should be of an engine; the operation is one of the same moment. */
    String STANDING = """
            SELECT e.engine_id, e.host_id, e.status, e.incarnation, e.port, coalesce(e.pending_key_hash, e.key_hash) AS key_hash,
                e.ever_ran, EXISTS (
                    SELECT FROM operations o WHERE o.engine_id = e.engine_id AND o.status IN ('pending', 'running'))
                    OR EXISTS (SELECT FROM engine_health h WHERE h.engine_id = e.engine_id AND h.lost) AS busy
            FROM engines e
            """;

    @SqlQuery("SELECT " + COLUMNS + " FROM engines WHERE product_id = :productId AND user_id = :userId")
    Optional<EngineRow> find(ProductId productId, UserId userId);

    @SqlQuery("SELECT " + COLUMNS + " FROM engines WHERE product_id = :productId AND user_id = :userId FOR UPDATE")
    Optional<EngineRow> lock(ProductId productId, UserId userId);

    @SqlQuery("SELECT " + COLUMNS + " FROM engines WHERE engine_id = :engineId FOR UPDATE")
    Optional<EngineRow> lock(EngineId engineId);

    @SqlQuery("SELECT " + COLUMNS + " FROM engines WHERE engine_id = :engineId")
    Optional<EngineRow> find(EngineId engineId);

    @SqlQuery("SELECT count(*) FROM engines WHERE product_id = :productId")
    long count(ProductId productId);

    /** Engines of a host whose container should be up and that nobody is working on. */
    @SqlQuery("SELECT " + COLUMNS_OF_E + """
            FROM engines e WHERE host_id = :hostId AND status = 'running' AND NOT EXISTS (
                SELECT FROM operations o WHERE o.engine_id = e.engine_id AND o.status IN ('pending', 'running'))
            """)
    List<EngineRow> settledRunning(HostId hostId);

    /**
     * How those of the engines stand that there are. One statement, so an operation that is seen to have ended is seen with
     * what it did to the row.
     */
    @SqlQuery(STANDING + "WHERE e.engine_id = ANY(:ids)")
    List<EngineStanding> standing(Collection<EngineId> ids);

    /** The same of all engines of a host, and of further ones. */
    @SqlQuery(STANDING + "WHERE e.host_id = :hostId OR e.engine_id = ANY(:others)")
    List<EngineStanding> standing(HostId hostId, Collection<EngineId> others);

    /** The page is found in an index alone, whatever its offset; only then its rows are read. */
    @SqlQuery("SELECT " + COLUMNS + """
            FROM engines WHERE engine_id = ANY(ARRAY(
                SELECT engine_id FROM engines
                WHERE product_id = :productId AND (:status::text IS NULL OR status = :status)
                ORDER BY created_at, engine_id LIMIT :limit OFFSET :offset))
            ORDER BY created_at, engine_id
            """)
    @PlannedAnew
    List<EngineRow> page(ProductId productId, @Nullable EngineStatus status, int limit, long offset);

    @SqlQuery(
            "SELECT count(*) FROM engines WHERE product_id = :productId AND (:status::text IS NULL OR status = :status)")
    @PlannedAnew
    long count(ProductId productId, @Nullable EngineStatus status);

    @SqlQuery("SELECT status, count(*) AS engines FROM engines WHERE product_id = :productId GROUP BY status")
    @KeyColumn("status")
    @ValueColumn("engines")
    Map<EngineStatus, Long> countByStatus(ProductId productId);

    @SqlQuery("SELECT status, count(*) AS engines FROM engines GROUP BY status")
    @KeyColumn("status")
    @ValueColumn("engines")
    Map<EngineStatus, Long> countByStatus();

    /** Engines that run, and of which nothing fails but the LLM provider; of one product, or of all. */
    @SqlQuery("""
            SELECT count(*) FROM engine_health h JOIN engines e USING (engine_id)
            WHERE h.degraded AND e.status = 'running' AND (:productId::uuid IS NULL OR e.product_id = :productId)
            """)
    long countDegraded(@Nullable ProductId productId);

    /** Serialises the assignment of ports and memory on one host until the transaction ends. */
    @SqlQuery("SELECT 1 FROM (SELECT pg_advisory_xact_lock(hashtextextended('ports/' || :hostId, 0))) AS locked")
    int lockResources(HostId hostId);

    /** The lowest port of the host's range above {@code above} that no engine has. */
    @SqlQuery("""
            SELECT candidate FROM hosts h, generate_series(greatest(h.port_min, :above + 1), h.port_max) AS candidate
            WHERE h.host_id = :hostId
              AND NOT EXISTS (SELECT FROM engines e WHERE e.host_id = h.host_id AND e.port = candidate)
            ORDER BY candidate LIMIT 1
            """)
    Optional<Integer> lowestFreePort(HostId hostId, int above);

    @SqlUpdate("""
            INSERT INTO engines (engine_id, product_id, user_id, host_id, status, port, image, key_hash, key_token)
            VALUES (:engineId, :productId, :userId, :hostId, 'provisioning', :port, :image, :key.hash, :key.token)
            """)
    void insert(
            EngineId engineId,
            ProductId productId,
            UserId userId,
            HostId hostId,
            @Nullable Integer port,
            ImageRef image,
            @BindMethods("key") SealedKey key);

    /** Nobody asks an engine how it is while something is being done to it: what was known until now stays. */
    @SqlUpdate("UPDATE engines SET fence = fence + 1, status = :status, last_health_at = " + LastHealth.OF_ENGINES
            + " WHERE engine_id = :engineId")
    void beginOperation(EngineId engineId, EngineStatus status);

    /**
     * For a provision that is repeated: the new request's image wins, as its name is understood now; another image needs
     * another container.
     */
    @SqlUpdate("""
            UPDATE engines SET image = :image, image_id = NULL, incarnation = incarnation + (image <> :image)::int
            WHERE engine_id = :engineId
            """)
    void reimage(EngineId engineId, ImageRef image);

    @SqlUpdate("""
            UPDATE engines SET pending_key_hash = :key.hash, pending_key_token = :key.token,
                incarnation = incarnation + 1
            WHERE engine_id = :engineId
            """)
    void beginRotation(EngineId engineId, @BindMethods("key") SealedKey key);

    /** Back to the old key; what was made with the new one is of the past. No-op when no rotation is pending. */
    @SqlUpdate("""
            UPDATE engines SET pending_key_hash = NULL, pending_key_token = NULL, incarnation = incarnation + 1
            WHERE engine_id = :engineId AND pending_key_hash IS NOT NULL
            """)
    void revertRotation(EngineId engineId);

    /** Back to the old key, whose container stands as it did. No-op when no rotation is pending. */
    @SqlUpdate("""
            UPDATE engines SET pending_key_hash = NULL, pending_key_token = NULL, incarnation = incarnation - 1
            WHERE engine_id = :engineId AND pending_key_hash IS NOT NULL
            """)
    void withdrawRotation(EngineId engineId);

    @SqlUpdate("""
            UPDATE engines SET key_hash = pending_key_hash, key_token = pending_key_token,
                pending_key_hash = NULL, pending_key_token = NULL
            WHERE engine_id = :engineId AND pending_key_hash IS NOT NULL
            """)
    int adoptPendingKey(EngineId engineId);

    @SqlUpdate("UPDATE engines SET port = :port WHERE engine_id = :engineId")
    void assignPort(EngineId engineId, int port);

    /** For an engine that has lost its port: a container that was made for another one must not be adopted. */
    @SqlUpdate("UPDATE engines SET port = :port, incarnation = incarnation + 1 WHERE engine_id = :engineId")
    void replacePort(EngineId engineId, int port);

    @SqlUpdate(
            "UPDATE engines SET image_id = :imageId WHERE engine_id = :engineId AND image_id IS DISTINCT FROM :imageId")
    void recordImage(EngineId engineId, String imageId);

    /** For an engine of a host that publishes none. */
    @SqlUpdate("UPDATE engines SET port = NULL WHERE engine_id = :engineId")
    void dropPort(EngineId engineId);

    /** What the engine is to be made with from its next container on. */
    @SqlUpdate("UPDATE engines SET resources = :resources WHERE engine_id = :engineId")
    void assignResources(EngineId engineId, @Json @Nullable Resources resources);

    @SqlQuery("SELECT resources FROM engines WHERE engine_id = :engineId AND resources IS NOT NULL")
    @Json
    Optional<Resources> resources(EngineId engineId);

    /**
     * Sets aside what an engine may have out of its host's budget; what it has already counts. The host's resources have to
     * be locked, or two would take the same.
     *
     * @param wanted what the engine is to have, in bytes; null: what its host gives each
     * @return 0 if the budget does not allow it, and then nothing has changed
     */
    @SqlUpdate("UPDATE engines e SET memory = coalesce(" + HostDao.ENGINE_MEMORY + """
            , 0) FROM hosts h
            WHERE e.engine_id = :engineId AND h.host_id = e.host_id AND (
                h.memory_budget IS NULL OR e.memory >=""" + HostDao.ENGINE_MEMORY
            + " OR h.memory_budget >= " + HostDao.ENGINE_MEMORY + """
                 + (SELECT coalesce(sum(o.memory), 0) FROM engines o
                    WHERE o.host_id = e.host_id AND o.engine_id <> e.engine_id))
            """)
    int reserveMemory(EngineId engineId, @Nullable Long wanted);

    /**
     * Sets aside what an engine may have, whether or not the budget allows it. The host's resources have to be locked, as
     * ever.
     */
    @SqlUpdate("UPDATE engines e SET memory = coalesce(" + HostDao.ENGINE_MEMORY + """
            , 0) FROM hosts h WHERE e.engine_id = :engineId AND h.host_id = e.host_id
            """)
    void claimMemory(EngineId engineId, @Nullable Long wanted);

    @SqlUpdate("UPDATE engines SET brain_image_id = :imageId WHERE engine_id = :engineId")
    void recordBrain(EngineId engineId, @Nullable String imageId);

    /** Up: nobody has had the time to use it yet, and so it is not idle. */
    @SqlUpdate("""
            UPDATE engines SET status = 'running', ever_ran = true, boot_duration_ms = :bootMs,
                last_health_at = :healthyAt, unwell = false, failure_code = NULL, failure_message = NULL,
                stirred_at = statement_timestamp(), sleep_mode = NULL, slept_at = NULL, delete_announced_at = NULL
            WHERE engine_id = :engineId
            """)
    void running(EngineId engineId, int bootMs, Instant healthyAt);

    /** Somebody asked for it just now, and it is up. */
    @SqlUpdate("UPDATE engines SET stirred_at = statement_timestamp() WHERE engine_id = :engineId")
    void stir(EngineId engineId);

    /** Somebody asked for a sleeper in vain, which is to live on for that. Notes it once an hour. */
    @SqlUpdate("""
            UPDATE engines SET stirred_at = statement_timestamp(), delete_announced_at = NULL
            WHERE engine_id = :engineId AND (delete_announced_at IS NOT NULL
                OR stirred_at IS NULL OR stirred_at < statement_timestamp() - interval '1 hour')
            """)
    void stirInVain(EngineId engineId);

    /** Asleep from now on; one that is stopped leaves its memory to others. */
    @SqlUpdate("""
            UPDATE engines SET status = 'sleeping', sleep_mode = :mode, slept_at = statement_timestamp(),
                delete_announced_at = NULL, memory = CASE WHEN :mode = 'stop' THEN 0 ELSE memory END
            WHERE engine_id = :engineId
            """)
    void asleep(EngineId engineId, SleepMode mode);

    /** In a state in which nothing of it runs, its memory is free for others. A sleeper goes on sleeping as it did. */
    @SqlUpdate("""
            UPDATE engines SET status = :status,
                memory = CASE WHEN :status IN ('stopped', 'failed') OR (:status = 'sleeping' AND sleep_mode = 'stop')
                    THEN 0 ELSE memory END,
                sleep_mode = CASE WHEN :status = 'sleeping' THEN sleep_mode END,
                slept_at = CASE WHEN :status = 'sleeping' THEN slept_at END,
                delete_announced_at = CASE WHEN :status = 'sleeping' THEN delete_announced_at END
            WHERE engine_id = :engineId
            """)
    void settle(EngineId engineId, EngineStatus status);

    /** Failed, with the reason. */
    @SqlUpdate("""
            UPDATE engines SET status = 'failed', memory = 0, failure_code = :code, failure_message = :message,
                sleep_mode = NULL, slept_at = NULL, delete_announced_at = NULL
            WHERE engine_id = :engineId
            """)
    void failed(EngineId engineId, String code, String message);

    /** Whatever a sweep has found before is of the past. */
    @SqlUpdate("UPDATE engines SET unwell = false WHERE engine_id = :engineId AND unwell")
    void nothingFound(EngineId engineId);

    /** Why it failed last; it has failed already, and what is set aside for it stays. */
    @SqlUpdate("UPDATE engines SET failure_code = :code, failure_message = :message WHERE engine_id = :engineId")
    void noteFailure(EngineId engineId, String code, String message);

    @SqlQuery("SELECT failure_message FROM engines WHERE engine_id = :engineId AND failure_message IS NOT NULL")
    Optional<String> failureMessage(EngineId engineId);

    /** What there is of it is of the past: its container has to be made anew. */
    @SqlUpdate("UPDATE engines SET incarnation = incarnation + 1 WHERE engine_id = :engineId")
    void renew(EngineId engineId);

    /** A provision that failed gives its port back; an engine that ever ran keeps its own. */
    @SqlUpdate("UPDATE engines SET port = NULL WHERE engine_id = :engineId AND NOT ever_ran")
    void freePortIfNeverRan(EngineId engineId);

    @SqlUpdate("DELETE FROM engines WHERE engine_id = :engineId")
    int delete(EngineId engineId);
}
