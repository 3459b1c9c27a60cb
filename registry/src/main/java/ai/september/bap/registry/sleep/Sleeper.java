package ai.september.bap.registry.sleep;

import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.product.SleepMode;
import org.jspecify.annotations.Nullable;

/**
 * An engine that sleeps, and that nobody is working on.
 *
 * @param fence its fence when it was found
 * @param incarnation that of its container
 * @param mode how it sleeps; null where a program of an earlier release put it to sleep
 * @param due whether it is to be stopped: it has been frozen for long enough, or its product wants none frozen any more
 */
public record Sleeper(
        EngineId engineId,
        long fence,
        int incarnation,
        @Nullable SleepMode mode,
        boolean due) {}
