package ai.september.bap.activities.probe;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an engine said of itself, as far as it said it.
 *
 * @param activeTurns turns that are under way; 0 where the engine does not say
 * @param lastActivityAt when it last did something for its user, by its own clock; null where it does not say
 * @param problem why it is not ok, in words that hold nothing of its output but plain names; null if it is
 */
public record HealthAnswer(
        Health health,
        int activeTurns,
        @Nullable Instant lastActivityAt,
        @Nullable String problem) {

    public HealthAnswer {
        requireNonNull(health, "health");
    }

    /** That of an engine which cannot be asked, or says nothing that can be understood. */
    public static HealthAnswer none(String problem) {
        return new HealthAnswer(Health.NOT_OK, 0, null, problem);
    }

    /** {@link #lastActivityAt()}, for callers that handle its absence. */
    public Optional<Instant> lastActivity() {
        return Optional.ofNullable(lastActivityAt);
    }
}
