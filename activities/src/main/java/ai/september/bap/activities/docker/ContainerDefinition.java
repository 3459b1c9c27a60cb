package ai.september.bap.activities.docker;

import ai.september.bap.activities.container.ContainerSpec;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.api.model.RestartPolicy;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** What an engine's container is made of, and whether one that exists is what it should be. */
final class ContainerDefinition {

    /** The image's own would start a process in every container every few seconds; engines are asked over HTTP. */
    private static final HealthCheck NO_HEALTH_CHECK = new HealthCheck().withTest(List.of("NONE"));

    private static final String LOOPBACK = "127.0.0.1";
    private static final String KEY_HASH = "ENGINE_KEY_HASH";
    private static final ExposedPort PORT = ExposedPort.tcp(Names.PORT);

    private final DockerSettings settings;
    private final Labels labels;
    private final Sandbox sandbox;

    ContainerDefinition(DockerSettings settings, Labels labels, Sandbox sandbox) {
        this.settings = settings;
        this.labels = labels;
        this.sandbox = sandbox;
    }

    /** The container that serves. */
    CreateContainerCmd engine(DockerClient client, ContainerSpec spec, String imageId) {
        String name = Names.engine(spec.engineId());
        return client.createContainerCmd(imageId)
                .withName(name)
                .withHostName(name)
                .withAliases(name)
                .withEnv(sandbox.environment(spec.keyHash()))
                .withExposedPorts(PORT)
                .withHealthcheck(NO_HEALTH_CHECK)
                .withStopTimeout((int) settings.stopGrace().toSeconds())
                .withLabels(labels.ofContainer(spec, digest(spec, imageId)))
                .withHostConfig(published(spec, sandbox.of(spec))
                        .withNetworkMode(settings.network())
                        .withRestartPolicy(RestartPolicy.unlessStoppedRestart()));
    }

    /** On loopback, and nowhere else. */
    private static HostConfig published(ContainerSpec spec, HostConfig config) {
        return spec.port() == null
                ? config
                : config.withPortBindings(new PortBinding(Ports.Binding.bindIpAndPort(LOOPBACK, spec.port()), PORT));
    }

    /** The container that migrates the brain, with the network out of reach. */
    CreateContainerCmd migration(DockerClient client, ContainerSpec spec, String imageId) {
        return client.createContainerCmd(imageId)
                .withName(Names.migration(spec.engineId()))
                .withCmd(settings.migrateCommand())
                .withHealthcheck(NO_HEALTH_CHECK)
                .withEnv(sandbox.environment(spec.keyHash()))
                .withLabels(labels.ofServant(spec))
                .withHostConfig(sandbox.of(spec).withNetworkMode("none").withRestartPolicy(RestartPolicy.noRestart()));
    }

    /** Whether a container may go on as it is: what concerns its own engine, not what the operator has changed since. */
    static boolean isOf(ContainerSpec spec, InspectContainerResponse container) {
        boolean image = spec.imageId() == null || spec.imageId().equals(container.getImageId());
        boolean port = Optional.ofNullable(spec.port()).equals(port(container));
        boolean key = Optional.of(spec.keyHash()).equals(variable(container, KEY_HASH));
        return image && port && key;
    }

    /** Whether a container is in everything what would be made now. */
    boolean isExactly(ContainerSpec spec, String imageId, InspectContainerResponse container) {
        return digest(spec, imageId)
                .equals(Labels.definition(container.getConfig().getLabels()));
    }

    /** The host port that a container was made with. */
    static Optional<Integer> port(InspectContainerResponse container) {
        Ports ports = container.getHostConfig().getPortBindings();
        Ports.Binding[] bindings = ports == null ? null : ports.getBindings().get(PORT);
        return bindings == null || bindings.length == 0
                ? Optional.empty()
                : Optional.of(Integer.valueOf(bindings[0].getHostPortSpec()));
    }

    private static Optional<String> variable(InspectContainerResponse container, String name) {
        String[] variables = container.getConfig().getEnv();
        return Arrays.stream(variables == null ? new String[0] : variables)
                .filter(variable -> variable.startsWith(name + "="))
                .map(variable -> variable.substring(name.length() + 1))
                .findFirst();
    }

    /** Of spec and settings; what the settings hold of secrets is in it, so it can be compared and not read. */
    private String digest(ContainerSpec spec, String imageId) {
        String text = String.join(
                "\n",
                imageId,
                String.valueOf(spec.port()),
                settings.network(),
                settings.stopGrace().toString(),
                String.join("\0", sandbox.environment(spec.keyHash())),
                String.valueOf(settings.catalog()),
                settings.limits().toString());
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
