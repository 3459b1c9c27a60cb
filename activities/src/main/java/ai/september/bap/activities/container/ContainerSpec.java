package ai.september.bap.activities.container;

import static java.util.Objects.requireNonNull;

import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.ImageRef;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.product.Resources;
import org.jspecify.annotations.Nullable;

/**
 * What one engine's container is to be.
 *
 * @param incarnation rises whenever the container has to be made anew; with the engine id it identifies the container
 * @param image its name
 * @param imageId what the name means to this engine, by {@link ContainerBackend#imageId}; null: what it means now
 * @param port the host port on 127.0.0.1 at which the engine is published; null if it is not
 * @param keyHash lower-case hex SHA-256 of the engine's key; what the engine gets as {@code ENGINE_KEY_HASH}
 * @param resources what the engine may take of its host, where its backend can limit that
 */
public record ContainerSpec(
        EngineId engineId,
        ProductId productId,
        int incarnation,
        ImageRef image,
        @Nullable String imageId,
        @Nullable Integer port,
        String keyHash,
        Resources resources) {

    public ContainerSpec {
        requireNonNull(engineId, "engineId");
        requireNonNull(productId, "productId");
        requireNonNull(image, "image");
        requireNonNull(keyHash, "keyHash");
        requireNonNull(resources, "resources");
        if (incarnation < 1) {
            throw new IllegalArgumentException("incarnation must be 1 or more, not " + incarnation);
        }
        if (port != null && (port < 1 || port > 65_535)) {
            throw new IllegalArgumentException("port must be 1 to 65535, not " + port);
        }
    }

    /** Of an engine that gets what its host gives each. */
    public ContainerSpec(
            EngineId engineId,
            ProductId productId,
            int incarnation,
            ImageRef image,
            @Nullable String imageId,
            @Nullable Integer port,
            String keyHash) {
        this(engineId, productId, incarnation, image, imageId, port, keyHash, Resources.USUAL);
    }

    /**
     * The port of an engine that has to have one.
     *
     * @throws IllegalStateException if it has none
     */
    public int requirePort() {
        if (port == null) {
            throw new IllegalStateException("engine " + engineId + " has no port");
        }
        return port;
    }

    /** The same with another key hash. */
    public ContainerSpec withKeyHash(String other) {
        return new ContainerSpec(engineId, productId, incarnation, image, imageId, port, other, resources);
    }

    /** The same with other resources. */
    public ContainerSpec withResources(Resources other) {
        return new ContainerSpec(engineId, productId, incarnation, image, imageId, port, keyHash, other);
    }

    /** Without the key's hash, which is nobody's business either. */
    @Override
    public String toString() {
        return "ContainerSpec[" + engineId + " #" + incarnation + ", " + image + ", port " + port + "]";
    }
}
