package ai.september.bap.workflows;

import static java.util.Objects.requireNonNull;

import ai.september.bap.registry.id.HostId;
import java.time.Duration;

/**
 * All that a workflow or an activity is told of a host that is watched over.
 *
 * @param interval from one sweep to the next
 */
public record HostRef(HostId hostId, Duration interval) {

    public HostRef {
        requireNonNull(hostId, "hostId");
        requireNonNull(interval, "interval");
    }
}
