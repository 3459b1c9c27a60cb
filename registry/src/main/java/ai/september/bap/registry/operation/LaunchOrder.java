package ai.september.bap.registry.operation;

import static java.util.Objects.requireNonNull;

import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.product.Resources;
import org.jspecify.annotations.Nullable;

/**
 * What a step needs to know about the engine it works on, as of the operation's fence.
 *
 * @param engine the engine's row
 * @param imageId what its image's name means to it; null as long as nobody looked
 * @param port its host port; null if engines of its host get none
 * @param resources what it may take of its host
 */
public record LaunchOrder(
        EngineRow engine,
        @Nullable String imageId,
        @Nullable Integer port,
        Resources resources) {

    public LaunchOrder {
        requireNonNull(engine, "engine");
        requireNonNull(resources, "resources");
    }

    static LaunchOrder of(EngineRow engine, Resources resources) {
        return new LaunchOrder(engine, engine.imageId(), engine.port(), resources);
    }

    /** The same, now that the image was looked up. */
    public LaunchOrder withImageId(String found) {
        return new LaunchOrder(engine, found, port, resources);
    }

    /** The same at another port. */
    public LaunchOrder withPort(int other) {
        return new LaunchOrder(engine, imageId, other, resources);
    }
}
