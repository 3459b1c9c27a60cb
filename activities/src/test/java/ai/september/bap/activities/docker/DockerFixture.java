package ai.september.bap.activities.docker;

import static java.util.Objects.requireNonNull;

import ai.september.bap.activities.container.ContainerId;
import ai.september.bap.activities.container.ContainerSpec;
import ai.september.bap.activities.container.ContainerState;
import ai.september.bap.activities.container.ContainerStatus;
import ai.september.bap.activities.probe.HealthProbe;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.ImageRef;
import ai.september.bap.registry.id.InstallationId;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.testing.Await;
import ai.september.bap.testing.Prerequisite;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectVolumeResponse;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Network;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An installation beside a real daemon, whose containers, volumes and networks are gone after each test. */
@Timeout(300)
abstract class DockerFixture {

    static final Duration SOON = Duration.ofSeconds(30);
    static final Duration GRACE = Duration.ofSeconds(20);
    static final String KEY_HASH = "ab".repeat(32);
    static final String PROVIDER_KEY = "sk-ant-api03-handed-on";

    private static final String ADDRESS = "unix:///var/run/docker.sock";

    final InstallationId installation = new InstallationId(UUID.randomUUID());
    final String network = "bap-test-" + UUID.randomUUID();

    @TempDir
    Path home;

    DockerClient client;
    DockerDaemon daemon;
    DockerBackend backend;
    ImageRef image;
    private @Nullable ImageRef movable;

    @BeforeEach
    void open() throws Exception {
        daemon = DockerDaemon.at(new DaemonAddress(ADDRESS, false, null));
        Prerequisite.that(daemon.absence().isEmpty(), "a Docker daemon at " + ADDRESS + ": .ci/lab up");
        client = client();
        Prerequisite.that(
                !client.listImagesCmd()
                        .withReferenceFilter(TestImages.BASE)
                        .exec()
                        .isEmpty(),
                "the image " + TestImages.BASE + ": .ci/lab up, or name another one with JRE_IMAGE");
        image = TestImages.ordinary(client);
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
        steer("serves");
        backend = new DockerBackend(daemon, settings());
    }

    private static DockerClient client() {
        DefaultDockerClientConfig config = DefaultDockerClientConfig.createDefaultConfigBuilder()
                .withDockerHost(ADDRESS)
                .build();
        return DockerClientImpl.getInstance(
                config,
                new ZerodepDockerHttpClient.Builder()
                        .dockerHost(config.getDockerHost())
                        .build());
    }

    @AfterEach
    void removeEverything() throws Exception {
        List<String> ours = new Labels(installation).selectOurs();
        for (Container container : client.listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(ours)
                .exec()) {
            client.removeContainerCmd(container.getId())
                    .withForce(true)
                    .withRemoveVolumes(true)
                    .exec();
        }
        for (InspectVolumeResponse volume :
                client.listVolumesCmd().withFilter("label", ours).exec().getVolumes()) {
            client.removeVolumeCmd(volume.getName()).exec();
        }
        for (Network made : client.listNetworksCmd().withFilter("label", ours).exec()) {
            client.removeNetworkCmd(made.getId()).exec();
        }
        if (movable != null) {
            client.removeImageCmd(movable.value()).exec();
        }
        client.close();
        daemon.close();
    }

    /** The same image by a name of this test's own, which can be {@link #move moved}. */
    ImageRef movable() {
        client.tagImageCmd(image.value(), TestImages.REPOSITORY, installation.toString())
                .exec();
        ImageRef name = new ImageRef(TestImages.REPOSITORY + ":" + installation);
        movable = name;
        return name;
    }

    /** Makes the name mean another image. */
    void move(ImageRef name) throws IOException {
        TestImages.another(client, name);
    }

    DockerSettings settings() {
        return settings(List.of("migrate"), Duration.ofMinutes(1), PullPolicy.NEVER);
    }

    DockerSettings settings(List<String> migrateCommand, Duration migrateTimeout, PullPolicy pullPolicy) {
        return new DockerSettings(
                installation,
                network,
                ProbeVia.HOST,
                Map.of("LLM_API_KEY", PROVIDER_KEY),
                home,
                migrateCommand,
                migrateTimeout,
                Duration.ofSeconds(7),
                new EngineLimits(192L << 20, 500_000_000, 64),
                new EngineLimits(512L << 20, 2_000_000_000, 512),
                pullPolicy,
                4);
    }

    /** What the engine does from its next start on, see {@link TestImages}. */
    void steer(String mode) throws IOException {
        Files.writeString(home.resolve("mode"), mode);
    }

    ContainerSpec spec() throws IOException {
        return spec(EngineId.random(), 1, freePort());
    }

    ContainerSpec spec(EngineId engine, int incarnation, int port) {
        return new ContainerSpec(engine, ProductId.random(), incarnation, image, null, port, KEY_HASH);
    }

    static ContainerSpec withImage(ContainerSpec spec, ImageRef image) {
        return new ContainerSpec(
                spec.engineId(), spec.productId(), spec.incarnation(), image, null, spec.port(), spec.keyHash());
    }

    static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    ContainerStatus started(ContainerSpec spec) throws InterruptedException {
        return backend.start(backend.createOrAdopt(spec).id());
    }

    ContainerStatus started(ContainerSpec spec, String printed) throws InterruptedException {
        ContainerStatus status = started(spec);
        awaitOutput(status.id(), printed);
        return status;
    }

    void awaitOutput(ContainerId id, String printed) {
        Await.atMost(SOON, "it prints " + printed)
                .until(() -> backend.output(id, 1 << 20).contains(printed));
    }

    static void awaitHealthy(ContainerStatus container) {
        HealthProbe probe = new HealthProbe(Duration.ofSeconds(2));
        URI address = requireNonNull(container.address());
        Await.atMost(SOON, "it answers").until(() -> probe.ask(address).isUp());
    }

    ContainerState state(ContainerId id) throws InterruptedException {
        return backend.inspect(id).orElseThrow().state();
    }

    InspectContainerResponse raw(ContainerId id) {
        return client.inspectContainerCmd(id.value()).exec();
    }

    /** The permissions of the brain. */
    int brainMode(ContainerId mountedBy) throws Exception {
        try (TarArchiveInputStream tar = new TarArchiveInputStream(
                client.copyArchiveFromContainerCmd(mountedBy.value(), Names.DATA + "/" + Names.BRAIN)
                        .exec())) {
            return tar.getNextEntry().getMode() & 0777;
        }
    }

    /** The text of the brain. */
    String brain(ContainerId mountedBy) throws Exception {
        return new ContainerFiles(daemon.calls()).text(mountedBy.value(), Names.DATA + "/" + Names.BRAIN);
    }
}
