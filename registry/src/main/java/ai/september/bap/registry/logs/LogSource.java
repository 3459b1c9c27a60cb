package ai.september.bap.registry.logs;

import static java.util.Objects.requireNonNull;

import java.util.UUID;

/**
 * A worker that serves what the engines of its host print.
 *
 * @param address {@code host:port}
 */
public record LogSource(UUID workerId, String address) {

    public LogSource {
        requireNonNull(workerId, "workerId");
        requireNonNull(address, "address");
    }
}
