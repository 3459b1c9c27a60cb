package ai.september.bap.activities.docker;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.activities.container.ContainerSpec;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.ImageRef;
import ai.september.bap.registry.id.InstallationId;
import ai.september.bap.registry.id.ProductId;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.RestartPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** By what a container is known to be what would be made today; no daemon is asked. */
class ContainerDefinitionTest {

    private static final String IMAGE_ID = "sha256:" + "1".repeat(64);

    private final DockerDaemon daemon =
            DockerDaemon.at(new DaemonAddress("unix:///nonexistent/docker.sock", false, null));
    private final ContainerSpec spec = new ContainerSpec(
            EngineId.random(),
            ProductId.random(),
            1,
            new ImageRef("september-engine:2.3.0"),
            IMAGE_ID,
            9001,
            "ab".repeat(32));
    private final InstallationId installation = new InstallationId(UUID.randomUUID());

    @AfterEach
    void close() throws Exception {
        daemon.close();
    }

    private CreateContainerCmd definition() {
        DockerSettings settings = new DockerSettings(
                installation,
                "engine_net",
                ProbeVia.HOST,
                Map.of("LLM_PROVIDER", "echo", "LLM_MODEL", "any", "LLM_API_KEY", "sk-handed-on"),
                null,
                List.of("migrate"),
                Duration.ofMinutes(1),
                Duration.ofSeconds(30),
                new EngineLimits(256L << 20, 1_000_000_000, 256),
                new EngineLimits(512L << 20, 2_000_000_000, 512),
                PullPolicy.NEVER,
                4);
        Labels labels = new Labels(installation);
        return new ContainerDefinition(daemon.calls(), settings, labels, new Sandbox(settings, labels))
                .engine(spec, IMAGE_ID);
    }

    private static String label(CreateContainerCmd definition) {
        return Labels.definition(requireNonNull(definition.getLabels()));
    }

    @Test
    void theSameDefinitionIsKnownAgain() {
        assertThat(label(definition())).hasSize(64).isEqualTo(label(definition()));
    }

    static Stream<Consumer<HostConfig>> otherSandboxes() {
        return Stream.of(
                config -> config.withCapDrop(Capability.NET_RAW),
                config -> config.withCapAdd(Capability.CHOWN),
                config -> config.withSecurityOpts(List.of()),
                config -> config.withPrivileged(true),
                config -> config.withReadonlyRootfs(false),
                config -> config.withTmpFs(Map.of("/tmp", "rw,exec")),
                config -> config.withIpcMode("host"),
                config -> config.withPidMode("host"),
                config -> config.withInit(false),
                config -> config.withMemory(512L << 20),
                config -> config.withMemorySwap(-1L),
                config -> config.withNanoCPUs(2_000_000_000L),
                config -> config.withPidsLimit(1L),
                config ->
                        config.withLogConfig(new LogConfig(LogConfig.LoggingType.JSON_FILE, Map.of("max-size", "20m"))),
                config -> config.withMounts(List.of()),
                config -> config.withNetworkMode("bridge"),
                config -> config.withRestartPolicy(RestartPolicy.alwaysRestart()));
    }

    @ParameterizedTest
    @MethodSource("otherSandboxes")
    void anotherSandboxIsAnotherDefinition(Consumer<HostConfig> change) {
        CreateContainerCmd changed = definition();
        change.accept(requireNonNull(changed.getHostConfig()));

        assertThat(ContainerDefinition.digest(changed)).isNotEqualTo(label(definition()));
    }

    @Test
    void soIsWhatIsNoneOfTheSandbox() {
        assertThat(ContainerDefinition.digest(definition())).isEqualTo(label(definition()));
        assertThat(ContainerDefinition.digest(definition().withStopTimeout(1))).isNotEqualTo(label(definition()));
    }
}
