package ai.september.bap.registry.operation;

import ai.september.bap.registry.audit.AuditAction;
import ai.september.bap.registry.audit.AuditDao;
import ai.september.bap.registry.engine.EngineStatus;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Writes the audit row of an operation that ends, in the transaction that ends it. */
final class OperationAudit {

    private final AuditDao audit;
    private final Map<String, Object> metadata = new LinkedHashMap<>();

    OperationAudit(Handle handle) {
        this.audit = handle.attach(AuditDao.class);
    }

    /** Adds a fact about the end; null is left out. */
    OperationAudit with(String key, @Nullable Object value) {
        if (value != null) {
            metadata.put(key, value);
        }
        return this;
    }

    /** Writes the row of an operation that has ended; {@code engineStatus} is the engine's state as the same transaction leaves it. */
    void ended(Operation operation, EngineStatus engineStatus) {
        with("operation_id", operation.operationId().toString());
        with("outcome", operation.status().wireName());
        with("engine_status", engineStatus.wireName());
        with("erase", operation.erase() ? true : null);
        audit.insert(
                operation.productId(),
                operation.userId(),
                operation.engineId(),
                action(operation),
                operation.by(),
                metadata,
                milliseconds(operation.duration()));
    }

    /** What a recovery comes to has names of its own. */
    private static AuditAction action(Operation operation) {
        if (operation.kind() != OperationKind.RECOVER) {
            return AuditAction.valueOf(operation.kind().name());
        }
        return switch (operation.status()) {
            case SUCCEEDED -> AuditAction.AUTO_RESTART_SUCCESS;
            case FAILED -> AuditAction.AUTO_RESTART_GAVE_UP;
            default -> AuditAction.RECOVER;
        };
    }

    private static int milliseconds(Duration duration) {
        return (int) Math.min(Integer.MAX_VALUE, Math.max(0, duration.toMillis()));
    }
}
