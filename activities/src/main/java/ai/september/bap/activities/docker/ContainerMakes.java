package ai.september.bap.activities.docker;

import ai.september.bap.activities.container.ContainerId;
import ai.september.bap.activities.container.ContainerMake;
import com.github.dockerjava.api.command.InspectContainerResponse;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What containers were made with. It never changes, so the daemon is asked once for each: a look at the whole fleet is
 * otherwise one call for every container. Thread-safe.
 */
final class ContainerMakes {

    private static final int MOST_KEPT = 20_000;

    private final Map<ContainerId, ContainerMake> known = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ContainerId, ContainerMake> eldest) {
            return size() > MOST_KEPT;
        }
    };

    /** Asks the daemon. */
    interface Inspection {
        Optional<InspectContainerResponse> of(String id) throws InterruptedException;
    }

    Optional<ContainerMake> of(ContainerId id, Inspection daemon) throws InterruptedException {
        synchronized (known) {
            if (known.containsKey(id)) {
                return Optional.of(known.get(id));
            }
        }
        Optional<ContainerMake> found = daemon.of(id.value()).map(ContainerMakes::make);
        synchronized (known) {
            found.ifPresent(make -> known.put(id, make));
        }
        return found;
    }

    private static ContainerMake make(InspectContainerResponse container) {
        return new ContainerMake(
                Instant.parse(container.getCreated()).truncatedTo(ChronoUnit.MILLIS),
                ContainerDefinition.port(container).orElse(null),
                ContainerDefinition.keyHash(container).orElse(null));
    }
}
