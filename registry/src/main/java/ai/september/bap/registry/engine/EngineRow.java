package ai.september.bap.registry.engine;

import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.id.ImageRef;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.vault.KeyHash;
import java.time.Instant;
import org.jdbi.v3.core.mapper.PropagateNull;
import org.jspecify.annotations.Nullable;

/**
 * One engine as the table has it.
 *
 * @param port host port; null only while none is assigned
 * @param image its name, as it was asked for
 * @param imageId what the name meant when the engine got it, which is what it runs; null as long as nobody looked
 * @param keyToken the engine's key, sealed
 * @param pendingKeyHash hash of the key that a rotation under way is bringing in
 * @param fence rises with every operation
 * @param incarnation rises when the container has to be made anew
 * @param brainImageId the image that is on record as having migrated the brain last
 * @param everRan whether it has ever been running: its volume then holds a brain worth keeping
 */
public record EngineRow(
        @PropagateNull EngineId engineId,
        ProductId productId,
        UserId userId,
        HostId hostId,
        EngineStatus status,
        @Nullable Integer port,
        ImageRef image,
        @Nullable String imageId,
        KeyHash keyHash,
        String keyToken,
        @Nullable KeyHash pendingKeyHash,
        long fence,
        int incarnation,
        @Nullable String brainImageId,
        boolean everRan,
        @Nullable Instant lastHealthAt,
        Instant createdAt) {

    /** The hash that a container made now has to get. */
    public KeyHash effectiveKeyHash() {
        return pendingKeyHash == null ? keyHash : pendingKeyHash;
    }

    /** What its product is told of it. */
    public ReachableEngine reachable() {
        return new ReachableEngine(engineId, userId, status, port, image, keyToken, lastHealthAt, createdAt);
    }

    /** Never the key, nor whose engine it is. */
    @Override
    public String toString() {
        return "EngineRow[" + engineId + " " + status + " fence " + fence + " #" + incarnation + "]";
    }
}
