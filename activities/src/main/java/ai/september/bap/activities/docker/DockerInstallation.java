package ai.september.bap.activities.docker;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one installation has in a container daemon, by its labels.
 *
 * @param installationId as the labels have it, whatever that is
 */
public record DockerInstallation(
        String installationId, List<Thing> containers, List<Thing> volumes, List<Thing> networks) {

    /**
     * A container, volume or network.
     *
     * @param id what the daemon knows it by
     * @param runs of a container, whether anything of it runs, or will again
     * @param createdAt null where the daemon does not say so
     */
    public record Thing(
            String id, String name, boolean runs, @Nullable Instant createdAt) {}

    public DockerInstallation {
        containers = List.copyOf(containers);
        volumes = List.copyOf(volumes);
        networks = List.copyOf(networks);
    }

    /** How many of its containers run. What has any is alive, as far as one can see. */
    public long running() {
        return containers.stream().filter(Thing::runs).count();
    }

    /** When a container or network was last made for it; empty if it has none. */
    public Optional<Instant> lastMade() {
        return things().map(Thing::createdAt).filter(Objects::nonNull).max(Instant::compareTo);
    }

    /** All of it. */
    public Stream<Thing> things() {
        return Stream.of(containers, volumes, networks).flatMap(List::stream);
    }
}
