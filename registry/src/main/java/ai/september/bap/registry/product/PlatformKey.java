package ai.september.bap.registry.product;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one of a product's keys; never the key.
 *
 * @param lastUsedAt when a request last came with it, to a few seconds; null if none did
 * @param expiresAt when it stops, or stopped, being valid; null for one without end
 */
public record PlatformKey(
        UUID keyId,
        Instant createdAt,
        @Nullable Instant lastUsedAt,
        @Nullable Instant expiresAt) {}
