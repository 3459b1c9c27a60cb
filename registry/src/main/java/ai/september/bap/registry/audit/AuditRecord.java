package ai.september.bap.registry.audit;

import ai.september.bap.registry.id.ProductId;
import org.jdbi.v3.core.mapper.Nested;
import org.jspecify.annotations.Nullable;

/** One row of the audit log, and whose it is; null for a row of no product. */
public record AuditRecord(
        @Nullable ProductId productId, @Nested AuditEntry entry) {}
