package ai.september.bap.activities.docker;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a container daemon is.
 *
 * @param host {@code unix:///path/of/socket} or {@code tcp://host:port}
 * @param tls whether to talk TLS to it and to check whom we talk to
 * @param certificates the folder with {@code ca.pem}, {@code cert.pem} and {@code key.pem}; null: that of Docker's own
 *     configuration
 */
public record DaemonAddress(
        String host, boolean tls, @Nullable Path certificates) {

    public DaemonAddress {
        requireNonNull(host, "host");
    }
}
