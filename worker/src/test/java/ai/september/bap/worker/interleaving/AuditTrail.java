package ai.september.bap.worker.interleaving;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.registry.audit.AuditAction;
import ai.september.bap.registry.audit.AuditEntry;
import ai.september.bap.registry.engine.EngineStatus;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.OperationKind;
import ai.september.bap.registry.operation.OperationStatus;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Replays what the audit log says of a user's engines: each operation has ended once, in the order in which they were begun,
 * from the state in which the one before had left the engine.
 */
final class AuditTrail {

    /** What is written down while a recovery is under way, or begins. */
    private static final Set<String> ON_THE_WAY = Set.of(
            AuditAction.HEALTH_FAILED.wireName(),
            AuditAction.AUTO_RESTART_START.wireName(),
            AuditAction.AUTO_RESTART_FAILED.wireName());

    private final List<Operation> operations;
    private int ended;
    private @Nullable String status;

    /** A replay of these operations, the first one first. */
    AuditTrail(List<Operation> operations) {
        this.operations = operations;
    }

    /**
     * Replays rows, the first one first.
     *
     * @param now what the engine's row says; null if there is none
     */
    void replay(List<AuditEntry> rows, @Nullable EngineStatus now) {
        rows.forEach(this::replay);
        assertThat(ended).as("operations that have ended in the audit log").isEqualTo(operations.size());
        boolean destroyed = !operations.isEmpty()
                && operations.get(ended - 1).kind() == OperationKind.DESTROY
                && operations.get(ended - 1).status() == OperationStatus.SUCCEEDED;
        assertThat(
                        now == null
                                ? destroyed || operations.isEmpty()
                                : now.wireName().equals(status))
                .as("the engine is %s, by the audit log %s", now, status)
                .isTrue();
    }

    private void replay(AuditEntry row) {
        assertThat(ended).as("row of no operation: %s", row).isLessThan(operations.size());
        Operation operation = operations.get(ended);
        assertThat(fact(row, "operation_id"))
                .as("whose turn it was, at %s", row)
                .isEqualTo(operation.operationId().toString());
        if (!ON_THE_WAY.contains(row.action())) {
            end(operation, row);
        } else if (row.action().equals(AuditAction.HEALTH_FAILED.wireName())) {
            assertThat(fact(row, "engine_status_before")).as("before %s", row).isEqualTo(status);
            status = fact(row, "engine_status");
        }
    }

    private void end(Operation operation, AuditEntry row) {
        assertThat(row.action()).isEqualTo(action(operation));
        assertThat(fact(row, "outcome"))
                .as("%s", row)
                .isEqualTo(operation.status().wireName());
        boolean first = status == null;
        if (!first && operation.kind() != OperationKind.RECOVER) {
            assertThat(operation.previousStatus().wireName())
                    .as("the state before %s", operation)
                    .isEqualTo(status);
        }
        String after = fact(row, "engine_status");
        ended++;
        if (operation.kind() == OperationKind.DESTROY && operation.status() == OperationStatus.SUCCEEDED) {
            status = null;
        } else if (isPreemptedByDestroy(operation, after)) {
            // Shown as being destroyed already; the destroy itself began from what it was before.
            status = operation.kind() == OperationKind.PROVISION ? EngineStatus.PROVISIONING.wireName() : status;
        } else {
            status = after;
        }
    }

    private static boolean isPreemptedByDestroy(Operation operation, String after) {
        return operation.supersededBy() != null && after.equals(EngineStatus.DESTROYING.wireName());
    }

    private static String action(Operation operation) {
        if (operation.kind() != OperationKind.RECOVER) {
            return operation.kind().wireName();
        }
        return switch (operation.status()) {
            case SUCCEEDED -> AuditAction.AUTO_RESTART_SUCCESS.wireName();
            case FAILED -> AuditAction.AUTO_RESTART_GAVE_UP.wireName();
            default -> AuditAction.RECOVER.wireName();
        };
    }

    private static String fact(AuditEntry row, String name) {
        return row.metadata().path(name).asText();
    }
}
