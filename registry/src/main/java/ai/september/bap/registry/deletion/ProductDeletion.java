package ai.september.bap.registry.deletion;

import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.id.OperationId;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.Slug;
import ai.september.bap.registry.operation.OperationStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A product's deletion, with that of all its engines.
 *
 * @param enginesTotal how many engines there were when it began
 * @param enginesLeft how many there still are
 * @param erase whether its users' names go out of what stays, once it is deleted
 */
public record ProductDeletion(
        OperationId operationId,
        ProductId productId,
        Slug slug,
        String actor,
        @Nullable String adminKey,
        OperationStatus status,
        int enginesTotal,
        int enginesLeft,
        boolean erase,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt) {

    /** Who asked for it. */
    public Actor by() {
        return new Actor(actor, adminKey);
    }
}
