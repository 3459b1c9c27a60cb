package ai.september.bap.registry.engine;

import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.ImageRef;
import ai.september.bap.registry.id.UserId;
import java.time.Instant;
import org.jdbi.v3.core.mapper.PropagateNull;
import org.jspecify.annotations.Nullable;

/**
 * As much of an {@link EngineRow} as its product is told: a half of it, because an admit reads no more.
 *
 * @param port host port; null only while none is assigned
 * @param image its name, as it was asked for
 * @param keyToken the engine's key, sealed
 */
public record ReachableEngine(
        @PropagateNull EngineId engineId,
        UserId userId,
        EngineStatus status,
        @Nullable Integer port,
        ImageRef image,
        String keyToken,
        @Nullable Instant lastHealthAt,
        Instant createdAt) {

    /** Never the key, nor whose engine it is. */
    @Override
    public String toString() {
        return "ReachableEngine[" + engineId + " " + status + "]";
    }
}
