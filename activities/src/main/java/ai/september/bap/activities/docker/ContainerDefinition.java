package ai.september.bap.activities.docker;

import static java.util.Objects.requireNonNull;

import ai.september.bap.activities.container.ContainerSpec;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.api.model.RestartPolicy;
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

    /**
     * The same text for the same definition, whatever the order in which its parts were put together, and however much
     * a later version of the client could say beyond it.
     */
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .defaultPropertyInclusion(JsonInclude.Value.ALL_NON_NULL)
            // As the client does: what it has to say of a port is nothing.
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
            .build();

    private final DaemonCalls calls;
    private final DockerSettings settings;
    private final Labels labels;
    private final Sandbox sandbox;

    ContainerDefinition(DaemonCalls calls, DockerSettings settings, Labels labels, Sandbox sandbox) {
        this.calls = calls;
        this.settings = settings;
        this.labels = labels;
        this.sandbox = sandbox;
    }

    /** The container that serves. */
    CreateContainerCmd engine(ContainerSpec spec, String imageId) {
        String name = Names.engine(spec.engineId());
        CreateContainerCmd unlabelled = calls.containerOf(imageId)
                .withName(name)
                .withHostName(name)
                .withAliases(name)
                .withEnv(sandbox.environment(spec.keyHash()))
                .withExposedPorts(PORT)
                .withHealthcheck(NO_HEALTH_CHECK)
                .withStopTimeout((int) settings.stopGrace().toSeconds())
                .withHostConfig(published(spec, sandbox.of(spec))
                        .withNetworkMode(settings.network())
                        .withRestartPolicy(RestartPolicy.unlessStoppedRestart()));
        return unlabelled.withLabels(labels.ofContainer(spec, digest(unlabelled)));
    }

    /**
     * The same, to be made on a volume on which nothing has ever been: the daemon first puts what the image has in that
     * folder there. It would on any other volume that is empty, too, and so hide that a brain is gone.
     */
    static CreateContainerCmd onNewVolume(CreateContainerCmd wanted) {
        for (Mount mount : requireNonNull(requireNonNull(wanted.getHostConfig()).getMounts())) {
            if (mount.getVolumeOptions() != null) {
                mount.getVolumeOptions().withNoCopy(false);
            }
        }
        return wanted;
    }

    /** On loopback, and nowhere else. */
    private static HostConfig published(ContainerSpec spec, HostConfig config) {
        return spec.port() == null
                ? config
                : config.withPortBindings(new PortBinding(Ports.Binding.bindIpAndPort(LOOPBACK, spec.port()), PORT));
    }

    /** The container that migrates the brain, with the network out of reach. */
    CreateContainerCmd migration(ContainerSpec spec, String imageId) {
        return calls.containerOf(imageId)
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
        boolean key = Optional.of(spec.keyHash()).equals(keyHash(container));
        return image && port && key;
    }

    /** Whether a container is in everything what would be made now. */
    static boolean isExactly(CreateContainerCmd wanted, InspectContainerResponse container) {
        return Labels.definition(requireNonNull(wanted.getLabels()))
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

    /** The hash of the key that a container was made with. */
    static Optional<String> keyHash(InspectContainerResponse container) {
        return variable(container, KEY_HASH);
    }

    private static Optional<String> variable(InspectContainerResponse container, String name) {
        String[] variables = container.getConfig().getEnv();
        return Arrays.stream(variables == null ? new String[0] : variables)
                .filter(variable -> variable.startsWith(name + "="))
                .map(variable -> variable.substring(name.length() + 1))
                .findFirst();
    }

    /**
     * Of everything that the daemon is told but the labels, one of which it is: so that a later version of ours that tells
     * something else makes another container. What is in it of secrets can be compared and not read.
     */
    static String digest(CreateContainerCmd definition) {
        ObjectNode told = JSON.valueToTree(definition);
        told.remove("Labels");
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(JSON.writeValueAsBytes(told)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what is sent as JSON can be written as JSON", e);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
