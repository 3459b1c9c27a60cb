package ai.september.bap.registry.id;

import static java.util.Objects.requireNonNull;

import java.util.UUID;

/** Which installation made something in a container daemon; the same for all its processes, for ever. */
public record InstallationId(UUID value) {

    public InstallationId {
        requireNonNull(value, "value");
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
