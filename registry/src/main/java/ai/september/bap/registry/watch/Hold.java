package ai.september.bap.registry.watch;

import ai.september.bap.registry.id.EngineId;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether the restarts of a host's engines are held back.
 *
 * @param heldFor since when; null if they are not
 * @param canary the engine that is restarted before the others; null as long as none is chosen
 */
public record Hold(@Nullable Duration heldFor, @Nullable EngineId canary) {

    /** Whether restarts are held back. */
    public boolean isOn() {
        return heldFor != null;
    }

    /** Whether they have been for longer than that. */
    public boolean isLongerThan(Duration limit) {
        return heldFor != null && heldFor.compareTo(limit) >= 0;
    }

    /** {@link #canary()}, for callers that handle its absence. */
    public Optional<EngineId> chosen() {
        return Optional.ofNullable(canary);
    }
}
