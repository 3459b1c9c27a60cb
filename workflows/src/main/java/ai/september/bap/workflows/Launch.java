package ai.september.bap.workflows;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * A container that was started or found running.
 *
 * @param containerId the backend's id
 * @param startedAt when its process was started; the boot timeout counts from here
 */
public record Launch(String containerId, Instant startedAt) {

    public Launch {
        requireNonNull(containerId, "containerId");
        requireNonNull(startedAt, "startedAt");
    }
}
