package ai.september.bap.registry.sleep;

import ai.september.bap.registry.id.EngineId;

/**
 * An engine that nobody has used for long enough, as far as the rows know.
 *
 * @param fence its fence when it was found
 * @param incarnation that of its container
 */
public record IdleEngine(EngineId engineId, long fence, int incarnation) {}
