package ai.september.bap.registry.operation;

import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.OperationId;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.UserId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Filters of a listing of operations; null means any.
 *
 * @param productId whose; null, for the operator only, means all products'
 * @param beforeCreatedAt with {@code beforeId}: only those after this one in the listing's order (newest first)
 */
public record OperationQuery(
        @Nullable ProductId productId,
        @Nullable EngineId engineId,
        @Nullable UserId userId,
        @Nullable OperationStatus status,
        @Nullable OperationKind kind,
        @Nullable Instant beforeCreatedAt,
        @Nullable OperationId beforeId,
        int limit) {}
