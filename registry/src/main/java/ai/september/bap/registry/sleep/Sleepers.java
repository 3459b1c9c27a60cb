package ai.september.bap.registry.sleep;

import ai.september.bap.registry.activity.ActivityDao;
import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.audit.AuditAction;
import ai.september.bap.registry.audit.AuditDao;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.product.SleepMode;
import ai.september.bap.registry.sleep.SleeperDao.Told;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * What becomes of engines while they sleep, and is no operation, because nobody could wait for it: they stay asleep. All of
 * it goes by times in their rows, and is audited in the same transaction. Thread-safe.
 */
public final class Sleepers {

    private final Jdbi jdbi;

    public Sleepers(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** Engines of a host that sleep and that nobody is working on. */
    public List<Sleeper> of(HostId hostId) {
        return jdbi.withExtension(SleeperDao.class, sleepers -> sleepers.sleepers(hostId));
    }

    /** Whether nothing has been begun with it since it was seen. To be asked with the engine's lock held. */
    public boolean isAsLeft(Sleeper sleeper) {
        return jdbi.withExtension(SleeperDao.class, sleepers -> sleepers.isAsLeft(sleeper));
    }

    /**
     * A sleeper's processes have ended: from now on it sleeps in that mode. No-op if it did already, or if something has been
     * begun with it since.
     *
     * @param reason a word for the audit log
     */
    public void stopped(Sleeper sleeper, String reason) {
        jdbi.useTransaction(handle -> {
            for (Told told : handle.attach(SleeperDao.class).stop(sleeper)) {
                Map<String, Object> metadata = new LinkedHashMap<>();
                metadata.put("mode", SleepMode.STOP.wireName());
                metadata.put("reason", reason);
                metadata.put("outcome", "succeeded");
                metadata.put("engine_status", "sleeping");
                audit(handle, told, AuditAction.SLEEP, metadata);
            }
        });
    }

    /**
     * Announces the end of those that have slept for so long that their product wants them destroyed within a day, and takes
     * back what does not hold any more.
     *
     * @return how many were announced
     */
    public int announce(HostId hostId) {
        return jdbi.inTransaction(handle -> {
            SleeperDao sleepers = handle.attach(SleeperDao.class);
            sleepers.withdraw(hostId);
            List<Told> announced = sleepers.announce(hostId);
            announced.forEach(told -> audit(
                    handle,
                    told,
                    AuditAction.DELETE_ANNOUNCED,
                    Map.of("destroy_at", told.at().toString())));
            return announced.size();
        });
    }

    /** Those whose end was announced a day ago, and has come. */
    public List<EngineId> doomed(HostId hostId) {
        return jdbi.withExtension(SleeperDao.class, sleepers -> sleepers.doomed(hostId));
    }

    /** Whether its end has come still. To be asked with the engine's row locked. */
    public static boolean isDoomed(Handle handle, EngineId engineId) {
        return handle.createQuery("SELECT EXISTS (SELECT FROM engines e JOIN products p USING (product_id)"
                        + " WHERE e.engine_id = :engineId AND " + SleeperDao.DOOMED + ")")
                .bind("engineId", engineId)
                .mapTo(Boolean.class)
                .one();
    }

    /** Forgets replicas that were lost so long ago that nobody's idleness depends on when. */
    public void forgetLostReplicas() {
        jdbi.useExtension(ActivityDao.class, ActivityDao::forgetLost);
    }

    private static void audit(Handle handle, Told told, AuditAction action, Map<String, Object> metadata) {
        handle.attach(AuditDao.class)
                .insert(told.productId(), told.userId(), told.engineId(), action, Actor.SYSTEM, metadata, null);
    }
}
