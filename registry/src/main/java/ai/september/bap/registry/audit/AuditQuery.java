package ai.september.bap.registry.audit;

import ai.september.bap.registry.id.ProductId;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Filters of an audit listing; null means any.
 *
 * @param productId whose rows; null, for the operator only, means all products'
 * @param since earliest timestamp, inclusive
 * @param until latest timestamp, exclusive
 * @param beforeTimestamp with {@code beforeId}: only rows after this one in the listing's order (newest first)
 */
public record AuditQuery(
        @Nullable ProductId productId,
        @Nullable String userId,
        @Nullable UUID engineId,
        @Nullable String action,
        @Nullable Instant since,
        @Nullable Instant until,
        @Nullable Instant beforeTimestamp,
        @Nullable Long beforeId,
        int limit) {}
