package ai.september.bap.registry.engine;

import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.vault.KeyHash;
import org.jspecify.annotations.Nullable;

/**
 * An engine as far as it says what there should be of it.
 *
 * @param incarnation that of the one container which may be there
 * @param port the host port that the container is to publish; null if none
 * @param keyHash the hash of the key that the container is to go by
 * @param everRan whether it has ever been running, and so keeps its port
 * @param busy whether the engine's containers are somebody's business: an operation's, or that of whoever watches over the host
 *     with which the engine was lost
 */
public record EngineStanding(
        EngineId engineId,
        HostId hostId,
        EngineStatus status,
        int incarnation,
        @Nullable Integer port,
        KeyHash keyHash,
        boolean everRan,
        boolean busy) {

    /** Whether nothing of it should run. */
    public boolean isDown() {
        return status == EngineStatus.STOPPED || status == EngineStatus.FAILED;
    }
}
