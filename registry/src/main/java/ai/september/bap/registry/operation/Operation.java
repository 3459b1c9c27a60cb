package ai.september.bap.registry.operation;

import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.engine.EngineStatus;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.id.OperationId;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.UserId;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One lifecycle operation as the table has it.
 *
 * @param actor who asked: a product's slug, {@code admin} or {@code system}
 * @param adminKey which of the operator's keys asked, by name; null where it was not the operator
 * @param fence the engine's fence when it began; as soon as the engine's is higher, this operation is of the past
 * @param previousStatus the engine's state before, to which it returns if nothing was touched
 * @param supersededBy the operation that took precedence, if one did
 * @param engineOutput the masked last output of an engine that died while booting
 * @param touched whether it, or one that it took precedence over, may have done something to container or volume
 * @param erase whether, once the engine is destroyed, the user's name goes out of all that stays
 * @param waiting whether it waits for its turn, by its product's policy; nobody starts it meanwhile
 * @param runId the Temporal run that carries it out; null until started there
 */
public record Operation(
        OperationId operationId,
        EngineId engineId,
        ProductId productId,
        UserId userId,
        HostId hostId,
        OperationKind kind,
        OperationStatus status,
        String actor,
        @Nullable String adminKey,
        long fence,
        EngineStatus previousStatus,
        @Nullable OperationId supersededBy,
        @Nullable String errorCode,
        @Nullable String errorMessage,
        @Nullable String engineOutput,
        boolean touched,
        boolean erase,
        boolean waiting,
        @Nullable String runId,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt) {

    /** Who asked. */
    public Actor by() {
        return new Actor(actor, adminKey);
    }

    /** From request to end, by the database's clock; zero while it is open. */
    public Duration duration() {
        return finishedAt == null ? Duration.ZERO : Duration.between(createdAt, finishedAt);
    }

    /** Never whose operation it is. */
    @Override
    public String toString() {
        return "Operation[" + operationId + " " + kind.wireName() + " of " + engineId + ", " + status.wireName() + "]";
    }
}
