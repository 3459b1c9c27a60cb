package ai.september.bap.registry.operation;

import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.audit.AuditAction;
import ai.september.bap.registry.audit.AuditDao;
import ai.september.bap.registry.engine.EngineDao;
import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.engine.EngineStatus;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.host.HostDao;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.OperationId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * What is put right in rows outside of operations, each in one transaction with its audit row, in the name of the system.
 * Every repair looks again under the engine's row lock, and does nothing for an engine that somebody works on. Thread-safe.
 */
public final class Repairs {

    private final Jdbi jdbi;

    public Repairs(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** Writes down a repair that was made elsewhere, such as to a container. The engine need not have a row any more. */
    public void record(EngineId engineId, Map<String, ?> facts) {
        jdbi.useTransaction(
                handle -> audit(handle, engineId, handle.attach(EngineDao.class).find(engineId), facts));
    }

    /**
     * Takes the port of an engine that should have none.
     *
     * @return whether that was so
     */
    public boolean freePort(EngineId engineId, Map<String, ?> facts) {
        return settled(engineId, facts, (handle, engine) -> {
            boolean neverRan = engine.status() == EngineStatus.FAILED && !engine.everRan();
            boolean down = engine.status() == EngineStatus.STOPPED || engine.status() == EngineStatus.FAILED;
            boolean none = down && !handle.attach(HostDao.class).publishesPorts(engine.hostId());
            if (engine.port() == null || !(neverRan || none)) {
                return Optional.empty();
            }
            handle.attach(EngineDao.class).dropPort(engineId);
            return Optional.of(Map.of("port", engine.port()));
        });
    }

    /**
     * Fails an engine that is {@code provisioning} though nobody provisions it.
     *
     * @return whether that was so
     */
    public boolean failProvision(EngineId engineId, Map<String, ?> facts) {
        return settled(engineId, facts, (handle, engine) -> {
            if (engine.status() != EngineStatus.PROVISIONING) {
                return Optional.empty();
            }
            EngineDao engines = handle.attach(EngineDao.class);
            engines.revertRotation(engineId);
            engines.failed(
                    engineId,
                    ErrorCode.UNAVAILABLE.name(),
                    "The operation that was making this engine is not on record any more. Repeat the request.");
            engines.freePortIfNeverRan(engineId);
            return Optional.of(Map.of("engine_status", EngineStatus.FAILED.wireName()));
        });
    }

    /**
     * Begins to destroy an engine that is {@code destroying} though nobody destroys it.
     *
     * @return whether that was so; the relay starts the operation
     */
    public boolean resumeDestroy(EngineId engineId, Map<String, ?> facts) {
        return settled(engineId, facts, (handle, engine) -> {
            if (engine.status() != EngineStatus.DESTROYING) {
                return Optional.empty();
            }
            return Optional.of(begun(Lifecycle.begin(
                    handle,
                    OperationId.random(),
                    engine,
                    OperationKind.DESTROY,
                    Actor.SYSTEM,
                    EngineStatus.DESTROYING,
                    true)));
        });
    }

    /**
     * Begins to make the container of a running engine anew, at a port where it should have one.
     *
     * @param seen the incarnation that was found wanting: nothing happens where there has been another one since
     * @return whether that was so; the relay starts the operation
     */
    public boolean recreate(EngineId engineId, int seen, Map<String, ?> facts) {
        return settled(engineId, facts, (handle, engine) -> {
            if (engine.status() != EngineStatus.RUNNING || engine.incarnation() != seen) {
                return Optional.empty();
            }
            handle.attach(EngineDao.class).renew(engineId);
            Lifecycle.assignPort(handle, engine);
            return Optional.of(begun(Lifecycle.bringBack(handle, engine)));
        });
    }

    private static Map<String, Object> begun(Operation operation) {
        return Map.of("operation_id", operation.operationId().toString());
    }

    /** What is done with an engine that is locked and that nobody works on; more facts if something was, else empty. */
    private interface Work {
        Optional<Map<String, Object>> on(Handle handle, EngineRow engine);
    }

    private boolean settled(EngineId engineId, Map<String, ?> facts, Work work) {
        return jdbi.inTransaction(handle -> {
            Optional<EngineRow> engine = handle.attach(EngineDao.class)
                    .lock(engineId)
                    .filter(locked ->
                            handle.attach(OperationDao.class).findOpen(engineId).isEmpty());
            Optional<Map<String, Object>> done = engine.flatMap(found -> work.on(handle, found));
            done.ifPresent(more -> {
                Map<String, Object> all = new LinkedHashMap<>(facts);
                all.putAll(more);
                audit(handle, engineId, engine, all);
            });
            return done.isPresent();
        });
    }

    private static void audit(Handle handle, EngineId engineId, Optional<EngineRow> engine, Map<String, ?> facts) {
        handle.attach(AuditDao.class)
                .insert(
                        engine.map(EngineRow::productId).orElse(null),
                        engine.map(EngineRow::userId).orElse(null),
                        engineId,
                        AuditAction.RECONCILE,
                        Actor.SYSTEM,
                        new LinkedHashMap<>(facts),
                        null);
    }
}
