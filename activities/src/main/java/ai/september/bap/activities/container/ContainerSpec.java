package ai.september.bap.activities.container;

import static java.util.Objects.requireNonNull;

import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.ImageRef;
import ai.september.bap.registry.id.ProductId;

/**
 * What one engine's container is to be.
 *
 * @param incarnation rises whenever the container has to be made anew; with the engine id it identifies the container
 * @param port the host port on 127.0.0.1 at which the engine is published
 * @param keyHash lower-case hex SHA-256 of the engine's key; what the engine gets as {@code ENGINE_KEY_HASH}
 */
public record ContainerSpec(
        EngineId engineId, ProductId productId, int incarnation, ImageRef image, int port, String keyHash) {

    public ContainerSpec {
        requireNonNull(engineId, "engineId");
        requireNonNull(productId, "productId");
        requireNonNull(image, "image");
        requireNonNull(keyHash, "keyHash");
        if (incarnation < 1) {
            throw new IllegalArgumentException("incarnation must be 1 or more, not " + incarnation);
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port must be 1 to 65535, not " + port);
        }
    }

    /** Without the key's hash, which is nobody's business either. */
    @Override
    public String toString() {
        return "ContainerSpec[" + engineId + " #" + incarnation + ", " + image + ", port " + port + "]";
    }
}
