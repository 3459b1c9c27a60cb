package ai.september.bap.registry.operation;

import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.audit.AuditAction;
import ai.september.bap.registry.audit.AuditDao;
import ai.september.bap.registry.engine.EngineDao;
import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.engine.EngineStatus;
import ai.september.bap.registry.health.EngineHealthDao;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.OperationId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** How an engine that should be up and is not comes to its recovery. */
public final class Recoveries {

    private Recoveries() {}

    /**
     * Settles that an engine has failed, and begins its recovery, in the transaction of {@code handle}.
     *
     * @param fence the engine's, when it was looked at: what has been done to it since is not judged by that look
     * @return the recovery; empty if by now the engine is not settled in {@code running}, or another one
     */
    public static Optional<Operation> begin(Handle handle, EngineId engineId, long fence, HealthFailure failure) {
        return handle.attach(EngineDao.class)
                .lock(engineId)
                .filter(engine -> engine.status() == EngineStatus.RUNNING && engine.fence() == fence)
                .filter(engine ->
                        handle.attach(OperationDao.class).findOpen(engineId).isEmpty())
                .map(engine -> begin(handle, engine, failure));
    }

    private static Operation begin(Handle handle, EngineRow engine, HealthFailure failure) {
        Operation recovery = begin(handle, engine, failure.toFailure());
        if (failure.output() != null) {
            handle.attach(OperationDao.class).recordOutput(recovery.operationId(), failure.output());
        }
        audit(handle, engine, facts(engine, failure, recovery.operationId()));
        return recovery;
    }

    private static void audit(Handle handle, EngineRow engine, Map<String, Object> facts) {
        handle.attach(AuditDao.class)
                .insert(
                        engine.productId(),
                        engine.userId(),
                        engine.engineId(),
                        AuditAction.HEALTH_FAILED,
                        Actor.SYSTEM,
                        facts,
                        null);
    }

    /**
     * Settles that an engine counts as failed, because nothing has been heard of its host for so long, in the transaction of
     * {@code handle}. Nothing is begun: that is up to whoever watches over the host when it is back.
     *
     * @return whether that is so; nothing has changed if by now the engine is not settled in {@code running}, or its host back
     */
    public static boolean lose(Handle handle, EngineId engineId, Duration silence) {
        Optional<EngineRow> lost = handle.attach(EngineDao.class)
                .lock(engineId)
                .filter(engine -> engine.status() == EngineStatus.RUNNING)
                .filter(engine ->
                        handle.attach(OperationDao.class).findOpen(engineId).isEmpty())
                .filter(engine -> handle.attach(RecoveryDao.class).isAway(engine.hostId(), silence));
        lost.ifPresent(engine -> lose(handle, engine, HealthFailure.hostAway(silence)));
        return lost.isPresent();
    }

    private static void lose(Handle handle, EngineRow engine, HealthFailure failure) {
        EngineDao engines = handle.attach(EngineDao.class);
        // The fence rises: whatever was seen of it before is of the past.
        engines.beginOperation(engine.engineId(), EngineStatus.FAILED);
        Failure reason = failure.toFailure();
        engines.noteFailure(engine.engineId(), reason.code().name(), reason.message());
        handle.attach(EngineHealthDao.class).lost(engine.engineId());
        audit(handle, engine, facts(engine, failure, null));
    }

    /**
     * Begins the recovery of an engine that was lost with its host, in the transaction of {@code handle}; the host is back.
     *
     * @return the recovery; empty if by now the engine is not lost any more
     */
    public static Optional<Operation> find(Handle handle, EngineId engineId) {
        EngineHealthDao healths = handle.attach(EngineHealthDao.class);
        return handle.attach(EngineDao.class)
                .lock(engineId)
                .filter(engine -> engine.status() == EngineStatus.FAILED && healths.isLost(engineId))
                .filter(engine ->
                        handle.attach(OperationDao.class).findOpen(engineId).isEmpty())
                .map(engine -> {
                    healths.found(engineId);
                    return recovery(handle, engine);
                });
    }

    /** The same for an engine that did not come up again, whose operation has just ended. */
    static Operation begin(Handle handle, EngineRow engine, Failure failure) {
        handle.attach(EngineDao.class).failed(engine.engineId(), failure.code().name(), failure.message());
        handle.attach(EngineHealthDao.class).failed(engine.engineId());
        return recovery(handle, engine);
    }

    private static Operation recovery(Handle handle, EngineRow engine) {
        // What it had of its host is what it will have again.
        Lifecycle.claim(handle, engine);
        return Lifecycle.begin(
                handle,
                OperationId.random(),
                engine,
                OperationKind.RECOVER,
                Actor.SYSTEM,
                EngineStatus.FAILED,
                // The engine is not what its row says, and there is no way back to that.
                true);
    }

    private static Map<String, Object> facts(EngineRow engine, HealthFailure failure, @Nullable OperationId recovery) {
        Map<String, Object> facts = new LinkedHashMap<>();
        if (recovery != null) {
            facts.put("operation_id", recovery.toString());
        }
        facts.put("cause", failure.cause().wireName());
        facts.put("problem", failure.problem());
        facts.put("probes", failure.probes());
        facts.put("engine_status_before", engine.status().wireName());
        facts.put("engine_status", EngineStatus.FAILED.wireName());
        if (failure.exitCode() != null) {
            facts.put("exit_code", failure.exitCode());
        }
        if (failure.output() != null) {
            facts.put("output", failure.output());
        }
        return facts;
    }
}
