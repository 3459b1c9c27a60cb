package ai.september.bap.registry.health;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is on record of an engine that is not simply well, or was not lately.
 *
 * @param failures probes in a row that failed
 * @param degraded whether nothing but its LLM provider fails
 * @param restarts attempts at a restart since it was last well for a while
 * @param failedAt the failure after which the next attempt is to come
 * @param restartingSince the attempt that is under way; null if none is
 * @param recoveredAt when it was up again after the last attempt that succeeded
 */
public record EngineHealth(
        int failures,
        boolean degraded,
        int restarts,
        @Nullable Instant failedAt,
        @Nullable Instant restartingSince,
        @Nullable Instant recoveredAt) {

    /** {@link #failedAt()}, for callers that handle its absence. */
    public Optional<Instant> failed() {
        return Optional.ofNullable(failedAt);
    }

    /** {@link #recoveredAt()}, for callers that handle its absence. */
    public Optional<Instant> recovered() {
        return Optional.ofNullable(recoveredAt);
    }
}
