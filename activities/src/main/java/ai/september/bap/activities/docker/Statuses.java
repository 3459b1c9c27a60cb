package ai.september.bap.activities.docker;

import ai.september.bap.activities.container.ContainerId;
import ai.september.bap.activities.container.ContainerState;
import ai.september.bap.activities.container.ContainerStatus;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.ContainerNetwork;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Containers as the daemon shows them, in the terms of the port. */
final class Statuses {

    private final DockerSettings settings;

    Statuses(DockerSettings settings) {
        this.settings = settings;
    }

    ContainerStatus of(InspectContainerResponse container) {
        Map<String, String> labels = container.getConfig().getLabels();
        InspectContainerResponse.ContainerState now = container.getState();
        ContainerState state = state(String.valueOf(now.getStatus()));
        boolean ended = state == ContainerState.EXITED || state == ContainerState.RESTARTING;
        Long exitCode = now.getExitCodeLong();
        return new ContainerStatus(
                new ContainerId(container.getId()),
                Labels.engine(labels),
                Labels.incarnation(labels),
                state,
                startedAt(now.getStartedAt()),
                ended && exitCode != null ? exitCode.intValue() : null,
                Optional.ofNullable(container.getRestartCount()).orElse(0),
                address(
                        ContainerDefinition.port(container).orElse(null),
                        container.getNetworkSettings().getNetworks()));
    }

    /**
     * Whether the live container can be reached: on our network, or by its port from whatever network it is on. A daemon
     * that crashed may have lost what it knew of a container's network, and so starts it without one; somebody may have
     * disconnected it; the operator may have chosen another network since it was made.
     */
    boolean isConnected(InspectContainerResponse container) {
        Map<String, ContainerNetwork> networks = container.getNetworkSettings().getNetworks();
        return isReachedByPort(ContainerDefinition.port(container).orElse(null))
                ? networks.values().stream().anyMatch(Statuses::hasAddress)
                : onNetwork(networks) != null;
    }

    /** Without what a list does not tell. */
    ContainerStatus of(Container container) {
        Map<String, String> labels = container.getLabels();
        Integer port = Arrays.stream(container.getPorts())
                .filter(published -> published.getPublicPort() != null)
                .findFirst()
                .map(published -> published.getPublicPort())
                .orElse(null);
        return new ContainerStatus(
                new ContainerId(container.getId()),
                Labels.engine(labels),
                Labels.incarnation(labels),
                state(container.getState()),
                null,
                null,
                0,
                address(
                        port,
                        container.getNetworkSettings() == null
                                ? null
                                : container.getNetworkSettings().getNetworks()));
    }

    static ContainerState state(String status) {
        return switch (status) {
            case "created" -> ContainerState.CREATED;
            case "running" -> ContainerState.RUNNING;
            case "paused" -> ContainerState.PAUSED;
            case "restarting" -> ContainerState.RESTARTING;
            default -> ContainerState.EXITED; // exited, dead, removing
        };
    }

    /** To the millisecond: it travels through systems that know no more. The daemon says the year 1 for never. */
    private static @Nullable Instant startedAt(@Nullable String text) {
        if (text == null || text.isEmpty() || text.startsWith("0001-")) {
            return null;
        }
        return Instant.parse(text).truncatedTo(ChronoUnit.MILLIS);
    }

    /**
     * Never by name: a name means what somebody looked up a while ago, and may by then be the address of another engine.
     */
    private @Nullable URI address(@Nullable Integer port, @Nullable Map<String, ContainerNetwork> networks) {
        return isReachedByPort(port) ? URI.create("http://127.0.0.1:" + port) : onNetwork(networks);
    }

    private boolean isReachedByPort(@Nullable Integer port) {
        return settings.probeVia() == ProbeVia.HOST && port != null;
    }

    private @Nullable URI onNetwork(@Nullable Map<String, ContainerNetwork> networks) {
        ContainerNetwork network = networks == null ? null : networks.get(settings.network());
        return network == null || !hasAddress(network)
                ? null
                : URI.create("http://" + network.getIpAddress() + ":" + Names.PORT);
    }

    private static boolean hasAddress(ContainerNetwork network) {
        return network.getIpAddress() != null && !network.getIpAddress().isEmpty();
    }
}
