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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

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
        handle.attach(AuditDao.class)
                .insert(
                        engine.productId(),
                        engine.userId(),
                        engine.engineId(),
                        AuditAction.HEALTH_FAILED,
                        Actor.SYSTEM,
                        facts(engine, failure, recovery.operationId()),
                        null);
        return recovery;
    }

    /** The same for an engine that did not come up again, whose operation has just ended. */
    static Operation begin(Handle handle, EngineRow engine, Failure failure) {
        handle.attach(EngineDao.class).failed(engine.engineId(), failure.code().name(), failure.message());
        handle.attach(EngineHealthDao.class).failed(engine.engineId());
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

    private static Map<String, Object> facts(EngineRow engine, HealthFailure failure, OperationId recovery) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("operation_id", recovery.toString());
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
