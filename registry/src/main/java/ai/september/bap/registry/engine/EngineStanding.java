package ai.september.bap.registry.engine;

import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.HostId;

/**
 * An engine as far as it says which containers there should be.
 *
 * @param incarnation that of the one container which may be there
 * @param busy whether an operation is under way, whose business the engine's containers are then
 */
public record EngineStanding(EngineId engineId, HostId hostId, EngineStatus status, int incarnation, boolean busy) {}
