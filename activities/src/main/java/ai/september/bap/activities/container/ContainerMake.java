package ai.september.bap.activities.container;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a container was made with, as far as it concerns its engine.
 *
 * @param createdAt when it was made; null where the backend does not know
 * @param port the host port that it is published at; null if it is not
 * @param keyHash the hash of the key that its engine goes by, as lower-case hex; null if it was given none
 */
public record ContainerMake(
        @Nullable Instant createdAt,
        @Nullable Integer port,
        @Nullable String keyHash) {

    /** Without the key's hash, which is nobody's business. */
    @Override
    public String toString() {
        return "ContainerMake[" + createdAt + ", port " + port + "]";
    }
}
