package ai.september.bap.activities.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;

import ai.september.bap.activities.container.ContainerId;
import ai.september.bap.activities.container.ContainerSpec;
import ai.september.bap.activities.container.ContainerStatus;
import ai.september.bap.registry.product.Resources;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Ports;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What {@code docker inspect} says of an engine that lives, and what its processes can do. */
class HardeningIT extends DockerFixture {

    @Test
    void aLiveEngineHasTheRightsItNeedsAndNoOthers() throws Exception {
        ContainerId id = started(spec(), "serving").id();

        HostConfig config = raw(id).getHostConfig();
        assertThat(config.getCapDrop()).containsExactly(Capability.ALL);
        assertThat(config.getCapAdd()).isNullOrEmpty();
        assertThat(config.getSecurityOpts()).containsExactly("no-new-privileges");
        assertThat(config.getPrivileged()).isFalse();
        assertThat(config.getReadonlyRootfs()).isTrue();
        assertThat(config.getTmpFs()).containsOnly(entry("/tmp", "rw,noexec,nosuid,nodev,size=64m,mode=1777"));
        assertThat(config.getDevices()).isNullOrEmpty();
        assertThat(config.getBinds()).isNullOrEmpty();
        assertThat(config.getPidMode()).isEmpty();
        assertThat(config.getIpcMode()).isEqualTo("private");
        assertThat(config.getInit()).isTrue();
        assertThat(config.getMemory()).isEqualTo(192L << 20);
        assertThat(config.getMemorySwap()).as("swap included").isEqualTo(192L << 20);
        assertThat(config.getNanoCPUs()).isEqualTo(500_000_000L);
        assertThat(config.getPidsLimit()).isEqualTo(64L);
        assertThat(config.getRestartPolicy().getName()).isEqualTo("unless-stopped");
        assertThat(config.getLogConfig().getType().getType()).isEqualTo("json-file");
        assertThat(config.getLogConfig().getConfig()).containsOnly(entry("max-size", "10m"), entry("max-file", "3"));
        assertThat(raw(id).getConfig().getUser()).isEqualTo("10001:10001");
        assertThat(raw(id).getConfig().getHealthcheck().getTest()).containsExactly("NONE");
    }

    @Test
    void whatItsProductAsksForIsGrantedUpToTheMaximum() throws Exception {
        ContainerSpec asked = spec().withResources(new Resources(96, new BigDecimal("0.25"), 100));
        HostConfig own = raw(started(asked, "serving").id()).getHostConfig();
        ContainerSpec greedy = spec().withResources(new Resources(4096, new BigDecimal(64), 9999));
        HostConfig most = raw(started(greedy, "serving").id()).getHostConfig();

        assertThat(own.getMemory()).isEqualTo(96L << 20);
        assertThat(own.getMemorySwap()).isEqualTo(96L << 20);
        assertThat(own.getNanoCPUs()).isEqualTo(250_000_000L);
        assertThat(own.getPidsLimit()).isEqualTo(100L);
        assertThat(most.getMemory()).isEqualTo(512L << 20);
        assertThat(most.getNanoCPUs()).isEqualTo(2_000_000_000L);
        assertThat(most.getPidsLimit()).isEqualTo(512L);
    }

    @Test
    void otherResourcesTakeANewContainerOnceTheOldOneHasStopped() throws Exception {
        ContainerSpec spec = spec();
        ContainerStatus before = started(spec, "serving");
        ContainerSpec bigger = spec.withResources(new Resources(256, null, null));

        assertThat(backend.createOrAdopt(bigger).id()).as("it serves").isEqualTo(before.id());
        backend.stop(before.id(), Duration.ofSeconds(5));
        ContainerId after = backend.createOrAdopt(bigger).id();

        assertThat(after).isNotEqualTo(before.id());
        assertThat(raw(after).getHostConfig().getMemory()).isEqualTo(256L << 20);
    }

    @Test
    void aLiveEngineSeesItsVolumeAndTheCatalogOnly() throws Exception {
        ContainerSpec spec = spec();
        ContainerId id = started(spec, "serving").id();

        assertThat(raw(id).getMounts())
                .extracting(
                        mount -> mount.getDestination().getPath(),
                        InspectContainerResponse.Mount::getName,
                        InspectContainerResponse.Mount::getRW)
                .containsExactlyInAnyOrder(
                        tuple("/data", "engine-data-" + spec.engineId(), true), tuple("/catalog", null, false));
    }

    @Test
    void aLiveEngineIsReachedByItsNameAndOnLoopbackAndNowhereElse() throws Exception {
        ContainerSpec spec = spec();
        ContainerId id = started(spec, "serving").id();

        String name = "engine-" + spec.engineId();
        Map<String, ContainerNetwork> networks = raw(id).getNetworkSettings().getNetworks();
        assertThat(networks).containsOnlyKeys(network);
        assertThat(networks)
                .hasEntrySatisfying(
                        network, joined -> assertThat(joined.getAliases()).contains(name));
        assertThat(raw(id).getName()).isEqualTo("/" + name);
        Map<ExposedPort, Ports.Binding[]> published =
                raw(id).getNetworkSettings().getPorts().getBindings();
        assertThat(published).containsOnlyKeys(ExposedPort.tcp(8000));
        assertThat(published.get(ExposedPort.tcp(8000)))
                .containsExactly(Ports.Binding.bindIpAndPort("127.0.0.1", spec.requirePort()));
        assertThat(client.inspectNetworkCmd().withNetworkId(network).exec().getLabels())
                .containsOnly(entry("ai.september.bap.installation", installation.toString()));
    }

    @Test
    void aLiveEngineIsLabelledAndGetsTheVariablesOfTheContract() throws Exception {
        ContainerSpec spec = spec();
        ContainerId id = started(spec, "serving").id();

        assertThat(raw(id).getConfig().getLabels())
                .contains(
                        entry("ai.september.bap.installation", installation.toString()),
                        entry("ai.september.bap.product", spec.productId().toString()),
                        entry("ai.september.bap.engine", spec.engineId().toString()),
                        entry("ai.september.bap.incarnation", "1"));
        List<String> ofImage =
                List.of(client.inspectImageCmd(image.value()).exec().getConfig().getEnv());
        assertThat(raw(id).getConfig().getEnv())
                .filteredOn(variable -> !ofImage.contains(variable))
                .containsExactlyInAnyOrder(
                        "ENGINE_KEY_HASH=" + KEY_HASH,
                        "SQLITE_DB_PATH=/data/brain.sqlite",
                        "CATALOG_DIR=/catalog",
                        "LLM_API_KEY=" + PROVIDER_KEY);
        // docker-java does not show it.
        assertThat(raw(id).getRawValues()).extractingByKey("Config").asString().contains("StopTimeout=7");
    }

    @Test
    void itsProcessesCanWriteToTheirVolumeAndToTmpOnly() throws Exception {
        steer("writes");
        ContainerId id = started(spec(), "scratch").id();

        assertThat(backend.output(id, 1 << 10).lines())
                .contains("wrote", "scratch")
                .doesNotContain("root")
                .anyMatch(line -> line.contains("/root-is-writable") && line.contains("Read-only file system"));
        String status = new ContainerFiles(daemon.calls()).text(id.value(), "/proc/1/status");
        assertThat(status).as("proc is not to be had that way").isEmpty();
    }

    @Test
    void withoutPortsAnEngineIsReachedInItsNetworkOnly() throws Exception {
        ContainerSpec spec = spec();
        ContainerSpec portless =
                new ContainerSpec(spec.engineId(), spec.productId(), 1, image, null, null, spec.keyHash());

        ContainerStatus up = started(portless, "serving");

        assertThat(raw(up.id()).getHostConfig().getPortBindings()).isNull();
        assertThat(up.address()).asString().startsWith("http://1").endsWith(":8000");
        awaitHealthy(up);
        assertThat(backend.list())
                .containsExactly(
                        new ContainerStatus(up.id(), up.engineId(), 1, up.state(), null, null, 0, up.address()));
    }
}
