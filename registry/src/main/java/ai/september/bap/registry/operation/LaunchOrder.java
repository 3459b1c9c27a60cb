package ai.september.bap.registry.operation;

import static java.util.Objects.requireNonNull;

import ai.september.bap.registry.engine.EngineRow;
import java.util.Optional;

/**
 * What a step needs to know about the engine it works on, as of the operation's fence.
 *
 * @param engine the engine's row
 * @param port its host port
 */
public record LaunchOrder(EngineRow engine, int port) {

    public LaunchOrder {
        requireNonNull(engine, "engine");
    }

    static LaunchOrder of(EngineRow engine) {
        return new LaunchOrder(
                engine,
                Optional.ofNullable(engine.port())
                        .orElseThrow(() -> new IllegalStateException("engine " + engine.engineId() + " has no port")));
    }
}
