package ai.september.bap.activities.docker;

import ai.september.bap.activities.container.BackendException;
import ai.september.bap.activities.container.ContainerState;
import ai.september.bap.activities.docker.DockerInstallation.Thing;
import com.github.dockerjava.api.command.InspectVolumeResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Network;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All installations that have anything in a container daemon. Everything is known by its labels; nothing else is seen or
 * touched. Thread-safe.
 */
public final class DockerInstallations {

    private static final Duration REMOVE_TIME = Duration.ofMinutes(2);

    private final DaemonCalls calls;

    /** Those of that daemon, which stays the caller's to close. */
    public DockerInstallations(DockerDaemon daemon) {
        this.calls = daemon.calls();
    }

    /** Each with what it has, in the order of their ids. */
    public List<DockerInstallation> list() throws InterruptedException {
        try {
            List<Container> containers = containers();
            List<InspectVolumeResponse> volumes = volumes();
            List<Network> networks = networks();
            Set<String> ids = new TreeSet<>();
            containers.forEach(container -> ids.add(Labels.installation(container.getLabels())));
            volumes.forEach(volume -> ids.add(Labels.installation(volume.getLabels())));
            networks.forEach(network -> ids.add(Labels.installation(network.getLabels())));
            return ids.stream()
                    .map(id -> new DockerInstallation(
                            id,
                            containers.stream()
                                    .filter(one -> id.equals(Labels.installation(one.getLabels())))
                                    .map(DockerInstallations::thing)
                                    .toList(),
                            volumes.stream()
                                    .filter(one -> id.equals(Labels.installation(one.getLabels())))
                                    .map(DockerInstallations::thing)
                                    .toList(),
                            networks.stream()
                                    .filter(one -> id.equals(Labels.installation(one.getLabels())))
                                    .map(DockerInstallations::thing)
                                    .toList()))
                    .toList();
        } catch (DockerException unexpected) {
            throw DaemonFaults.of("list what installations have", unexpected);
        }
    }

    private List<Container> containers() throws InterruptedException {
        return calls.call(
                "list containers",
                client -> client.listContainersCmd()
                        .withShowAll(true)
                        .withLabelFilter(List.of(Labels.INSTALLATION))
                        .exec());
    }

    private List<InspectVolumeResponse> volumes() throws InterruptedException {
        @Nullable
        List<InspectVolumeResponse> found = calls.call(
                        "list volumes",
                        client -> client.listVolumesCmd()
                                .withFilter("label", List.of(Labels.INSTALLATION))
                                .exec())
                .getVolumes();
        return found == null ? List.of() : found;
    }

    private List<Network> networks() throws InterruptedException {
        return calls.call(
                "list networks",
                client -> client.listNetworksCmd()
                        .withFilter("label", List.of(Labels.INSTALLATION))
                        .exec());
    }

    private static Thing thing(Container container) {
        ContainerState state = Statuses.state(container.getState());
        boolean runs =
                state == ContainerState.RUNNING || state == ContainerState.PAUSED || state == ContainerState.RESTARTING;
        String name = Arrays.stream(container.getNames())
                .findFirst()
                .map(slashed -> slashed.substring(1))
                .orElse(container.getId());
        return new Thing(container.getId(), name, runs, Instant.ofEpochSecond(container.getCreated()));
    }

    private static Thing thing(InspectVolumeResponse volume) {
        // When it was made the client does not say of a list.
        return new Thing(volume.getName(), volume.getName(), false, null);
    }

    private static Thing thing(Network network) {
        return new Thing(
                network.getId(),
                network.getName(),
                false,
                Optional.ofNullable(network.getCreated()).map(Date::toInstant).orElse(null));
    }

    /**
     * Removes what was seen of an installation, its engines' brains included, ending what runs. A network that others have
     * joined stays with them.
     */
    public void remove(DockerInstallation seen) throws InterruptedException {
        try {
            for (Thing container : seen.containers()) {
                removeContainer(container);
            }
            for (Thing volume : seen.volumes()) {
                removeVolume(volume);
            }
            for (Thing network : seen.networks()) {
                removeNetwork(network);
            }
        } catch (DockerException unexpected) {
            throw DaemonFaults.of("remove what an installation has", unexpected);
        }
    }

    private void removeContainer(Thing container) throws InterruptedException {
        try {
            calls.tell(
                    "remove container " + container.name(),
                    REMOVE_TIME,
                    client -> client.removeContainerCmd(container.id())
                            .withForce(true)
                            .withRemoveVolumes(true)
                            .exec());
        } catch (NotFoundException gone) {
            // As wanted.
        }
    }

    private void removeVolume(Thing volume) throws InterruptedException {
        try {
            calls.tell(
                    "remove volume " + volume.name(),
                    DaemonCalls.QUICK,
                    client -> client.removeVolumeCmd(volume.name()).exec());
        } catch (NotFoundException gone) {
            // As wanted.
        } catch (ConflictException inUse) {
            throw BackendException.lasting(
                    "volume " + volume.name() + " is in use by a container that is none of that installation's", inUse);
        }
    }

    private void removeNetwork(Thing network) throws InterruptedException {
        try {
            calls.tell(
                    "remove network " + network.name(),
                    DaemonCalls.QUICK,
                    client -> client.removeNetworkCmd(network.id()).exec());
        } catch (NotFoundException gone) {
            // As wanted.
        } catch (BackendException othersAreOnIt) {
            if (!(othersAreOnIt.getCause() instanceof DockerException)) {
                throw othersAreOnIt;
            }
        }
    }
}
