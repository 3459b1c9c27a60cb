package ai.september.bap.registry.audit;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.UUID;
import org.jdbi.v3.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * One row of the audit log.
 *
 * @param timestamp when the row was written
 * @param actor {@code system}, {@code admin} or the product's slug
 * @param durationMs milliseconds from request to end, for operations
 */
public record AuditEntry(
        long id,
        Instant timestamp,
        @Nullable String userId,
        @Nullable UUID engineId,
        String action,
        String actor,
        @Json JsonNode metadata,
        @Nullable Integer durationMs) {}
