package ai.september.bap.registry.operation;

import static java.util.Objects.requireNonNull;

import ai.september.bap.registry.engine.EngineRow;
import org.jspecify.annotations.Nullable;

/**
 * What a step needs to know about the engine it works on, as of the operation's fence.
 *
 * @param engine the engine's row
 * @param imageId what its image's name means to it; null as long as nobody looked
 * @param port its host port; null if engines of its host get none
 */
public record LaunchOrder(
        EngineRow engine,
        @Nullable String imageId,
        @Nullable Integer port) {

    public LaunchOrder {
        requireNonNull(engine, "engine");
    }

    static LaunchOrder of(EngineRow engine) {
        return new LaunchOrder(engine, engine.imageId(), engine.port());
    }

    /** The same, now that the image was looked up. */
    public LaunchOrder withImageId(String found) {
        return new LaunchOrder(engine, found, port);
    }

    /** The same at another port. */
    public LaunchOrder withPort(int other) {
        return new LaunchOrder(engine, imageId, other);
    }
}
