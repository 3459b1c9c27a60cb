package ai.september.bap.activities.docker;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.september.bap.activities.container.BackendException;
import ai.september.bap.activities.container.ContainerId;
import ai.september.bap.activities.container.ContainerSpec;
import ai.september.bap.activities.container.ContainerState;
import ai.september.bap.activities.container.ContainerStatus;
import ai.september.bap.activities.container.PortTakenException;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.ImageRef;
import ai.september.bap.registry.id.InstallationId;
import ai.september.bap.testing.Await;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Capability;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class DockerBackendIT extends DockerFixture {

    @Test
    void anEngineIsCreatedStartedStoppedStartedAgainAndRemoved() throws Exception {
        ContainerSpec spec = spec();

        ContainerStatus created = backend.createOrAdopt(spec);
        assertThat(created.state()).isEqualTo(ContainerState.CREATED);
        assertThat(created.startedAt()).isNull();
        assertThat(created.address()).isEqualTo(URI.create("http://127.0.0.1:" + spec.port()));
        assertThat(backend.createOrAdopt(spec)).isEqualTo(created);

        Instant before = Instant.now().minusMillis(50);
        ContainerStatus running = backend.start(created.id());
        assertThat(running.state()).isEqualTo(ContainerState.RUNNING);
        assertThat(running.startedAt()).isBetween(before, Instant.now());
        assertThat(backend.start(created.id())).isEqualTo(running);
        assertThat(backend.createOrAdopt(spec)).isEqualTo(running);
        awaitHealthy(running);

        backend.stop(created.id(), GRACE);
        ContainerStatus stopped = backend.inspect(created.id()).orElseThrow();
        assertThat(stopped.state()).isEqualTo(ContainerState.EXITED);
        assertThat(stopped.exitCode()).as("ended by SIGTERM").isEqualTo(143);
        backend.stop(created.id(), GRACE);
        assertThat(backend.createOrAdopt(spec).id()).isEqualTo(created.id());

        assertThat(backend.start(created.id()).state()).isEqualTo(ContainerState.RUNNING);
        assertThat(backend.list()).extracting(ContainerStatus::id).containsExactly(created.id());
        assertThat(backend.list(spec.engineId())).hasSize(1);
        assertThat(backend.list(EngineId.random())).isEmpty();

        backend.remove(created.id());
        assertThat(backend.inspect(created.id())).isEmpty();
        assertThat(backend.list()).isEmpty();
        backend.remove(created.id());
        backend.stop(created.id(), GRACE);
    }

    @Test
    void whatIgnoresSigtermIsKilledAfterTheGrace() throws Exception {
        steer("deaf");
        ContainerStatus status = started(spec(), "deaf");

        backend.stop(status.id(), Duration.ofMillis(100));

        assertThat(backend.inspect(status.id()).orElseThrow().exitCode()).isEqualTo(137);
    }

    @Test
    void anEngineThatExitsAtOnceLeavesItsCodeAndOutput() throws Exception {
        steer("exits");
        ContainerStatus status = started(spec());
        Await.atMost(SOON, "it has exited")
                .until(() -> backend.inspect(status.id())
                        .filter(seen -> seen.exitCode() != null || seen.restarts() > 0)
                        .isPresent());
        assertThat(backend.output(status.id(), 1 << 10))
                .contains("no catalog, key " + PROVIDER_KEY + ", hash " + KEY_HASH + "\n");
        assertThat(backend.output(status.id(), 8)).hasSize(8);

        // It ends again and again; it has to be possible to make an end of that, and to begin anew.
        backend.stop(status.id(), GRACE);
        assertThat(state(status.id())).isEqualTo(ContainerState.EXITED);
    }

    @Test
    void aPortHeldByAStrangerIsNamedAndAnotherOneCanBeGiven() throws Exception {
        try (ServerSocket stranger = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ContainerSpec spec = spec(EngineId.random(), 1, stranger.getLocalPort());
            ContainerId id = backend.createOrAdopt(spec).id();

            assertThatThrownBy(() -> backend.start(id))
                    .isInstanceOfSatisfying(
                            PortTakenException.class, e -> assertThat(e.port()).isEqualTo(stranger.getLocalPort()));
            assertThat(state(id)).isEqualTo(ContainerState.CREATED);

            ContainerSpec moved = new ContainerSpec(
                    spec.engineId(), spec.productId(), 1, spec.image(), null, freePort(), spec.keyHash());
            ContainerStatus up = started(moved);
            assertThat(up.address()).isEqualTo(URI.create("http://127.0.0.1:" + moved.port()));
            assertThat(backend.list(spec.engineId())).hasSize(1);
        }
    }

    @Test
    void aPortOfAnotherContainerIsTaken() throws Exception {
        ContainerSpec first = spec();
        started(first);
        ContainerId second = backend.createOrAdopt(spec(EngineId.random(), 1, first.requirePort()))
                .id();

        assertThatThrownBy(() -> backend.start(second)).isInstanceOf(PortTakenException.class);
    }

    @Test
    void aFrozenEngineIsThawedAndEndsGracefully() throws Exception {
        steer("polite");
        ContainerId id = started(spec(), "polite").id();
        backend.pause(id);
        backend.pause(id);
        assertThat(state(id)).isEqualTo(ContainerState.PAUSED);
        backend.resume(id);
        backend.resume(id);
        assertThat(state(id)).isEqualTo(ContainerState.RUNNING);

        backend.pause(id);
        backend.stop(id, GRACE);

        assertThat(backend.output(id, 100)).endsWith("goodbye\n");
        assertThat(backend.inspect(id).orElseThrow().exitCode()).isZero();
        assertThatThrownBy(() -> backend.pause(id))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("start it first");
    }

    @Test
    void anotherOrchestratorAdoptsWhatRuns() throws Exception {
        ContainerSpec spec = spec();
        ContainerStatus running = started(spec, "serving");

        try (DockerDaemon again = DockerDaemon.at(new DaemonAddress("unix:///var/run/docker.sock", false, null))) {
            DockerBackend later = new DockerBackend(again, settings());
            assertThat(later.list()).extracting(ContainerStatus::id).containsExactly(running.id());
            assertThat(later.createOrAdopt(spec)).isEqualTo(running);
            assertThat(later.start(running.id())).isEqualTo(running);
        }
    }

    @Test
    void aLiveEngineThatIsNotWhatItShouldBeIsMadeAnew() throws Exception {
        steer("polite");
        ContainerSpec spec = spec();
        ContainerId id = started(spec, "polite").id();
        ContainerSpec rekeyed = spec.withKeyHash("cd".repeat(32));

        ContainerStatus anew = backend.createOrAdopt(rekeyed);

        assertThat(anew.state()).isEqualTo(ContainerState.CREATED);
        assertThat(anew.id()).isNotEqualTo(id);
        assertThat(backend.list(spec.engineId())).hasSize(1);
        assertThat(raw(anew.id()).getConfig().getEnv()).contains("ENGINE_KEY_HASH=" + "cd".repeat(32));
    }

    @Test
    void whatTheOperatorChangesTakesEffectWhenAnEngineIsStartedAgain() throws Exception {
        ContainerSpec spec = spec();
        ContainerId id = started(spec).id();
        DockerSettings old = settings();
        DockerBackend changed = new DockerBackend(
                daemon,
                new DockerSettings(
                        installation,
                        network,
                        ProbeVia.HOST,
                        Map.of("LLM_API_KEY", "another key"),
                        home,
                        List.of("migrate"),
                        old.migrateTimeout(),
                        old.stopGrace(),
                        old.limits(),
                        old.mostLimits(),
                        PullPolicy.NEVER,
                        4));
        assertThat(changed.createOrAdopt(spec).id()).as("what runs goes on").isEqualTo(id);

        changed.stop(id, Duration.ZERO);
        ContainerId anew = changed.createOrAdopt(spec).id();

        assertThat(anew).isNotEqualTo(id);
        assertThat(raw(anew).getConfig().getEnv()).contains("LLM_API_KEY=another key");
    }

    @Test
    void aStoppedEngineIsMadeAnewInTheSandboxOfToday() throws Exception {
        ContainerSpec spec = spec();
        // As an earlier version of ours would have made it: nothing of the configuration is another.
        backend.migrateBrain(spec, null);
        ContainerId today = backend.createOrAdopt(spec).id();
        backend.remove(today);
        Labels labels = new Labels(installation);
        CreateContainerCmd former = new ContainerDefinition(
                        daemon.calls(), settings(), labels, new Sandbox(settings(), labels))
                .engine(spec, backend.imageId(image, null));
        requireNonNull(former.getHostConfig()).withCapDrop(Capability.NET_RAW);
        ContainerId old =
                new ContainerId(former.withLabels(labels.ofContainer(spec, ContainerDefinition.digest(former)))
                        .exec()
                        .getId());

        ContainerId anew = backend.createOrAdopt(spec).id();

        assertThat(anew).isNotEqualTo(old);
        assertThat(raw(anew).getHostConfig().getCapDrop()).containsExactly(Capability.ALL);
        assertThat(backend.createOrAdopt(spec).id()).as("and then kept").isEqualTo(anew);
    }

    @Test
    void anotherIncarnationIsInTheWayAndStaysUntouched() throws Exception {
        ContainerSpec spec = spec();
        ContainerId first = started(spec).id();
        ContainerSpec next = spec(spec.engineId(), 2, freePort());

        assertThatThrownBy(() -> backend.createOrAdopt(next))
                .isInstanceOfSatisfying(
                        BackendException.class, e -> assertThat(e.isRetryable()).isTrue())
                .hasMessageContaining("remove it first");
        assertThat(state(first)).isEqualTo(ContainerState.RUNNING);

        backend.stop(first, Duration.ZERO);
        backend.remove(first);
        assertThat(started(next).isLive()).isTrue();
    }

    @Test
    void noTwoContainersOfAnEngineLiveWhateverTheirNames() throws Exception {
        ContainerSpec spec = spec();
        ContainerId first = started(spec).id();
        client.renameContainerCmd(first.value())
                .withName("somebody-renamed-" + spec.engineId())
                .exec();
        ContainerId second =
                backend.createOrAdopt(spec(spec.engineId(), 2, freePort())).id();

        assertThatThrownBy(() -> backend.start(second)).hasMessageContaining("stop it first");
        assertThatThrownBy(() -> backend.migrateBrain(spec, null)).hasMessageContaining("stop it first");
        assertThat(backend.list(spec.engineId())).hasSize(2);
    }

    @Test
    void aStrangersContainerOfOurNameIsNeverTouched() throws Exception {
        ContainerSpec spec = spec();
        String stranger = client.createContainerCmd(image.value())
                .withName("engine-" + spec.engineId())
                .exec()
                .getId();
        try {
            assertThatThrownBy(() -> backend.createOrAdopt(spec))
                    .isInstanceOfSatisfying(
                            BackendException.class,
                            e -> assertThat(e.isRetryable()).isFalse())
                    .hasMessageContaining("docker rename engine-" + spec.engineId());
            assertThat(backend.list(spec.engineId())).isEmpty();
            assertThat(client.inspectContainerCmd(stranger).exec().getState().getStatus())
                    .isEqualTo("created");
        } finally {
            client.removeContainerCmd(stranger).exec();
        }
    }

    @Test
    void aStrangersVolumeOfOurNameIsNeverTouched() throws Exception {
        ContainerSpec spec = spec();
        String name = "engine-data-" + spec.engineId();
        client.createVolumeCmd().withName(name).exec();
        try {
            assertThatThrownBy(() -> backend.createOrAdopt(spec))
                    .isInstanceOfSatisfying(
                            BackendException.class,
                            e -> assertThat(e.isRetryable()).isFalse())
                    .hasMessageContaining("docker volume rm " + name);
            assertThatThrownBy(() -> backend.removeVolume(spec.engineId())).hasMessageContaining(name);
            assertThat(backend.list()).isEmpty();
            assertThat(client.inspectVolumeCmd(name).exec().getName()).isEqualTo(name);
        } finally {
            client.removeVolumeCmd(name).exec();
        }
    }

    @Test
    void anotherInstallationBesideTheSameDaemonIsNotSeen() throws Exception {
        ContainerSpec spec = spec();
        started(spec);
        DockerSettings settings = settings();
        DockerBackend other = new DockerBackend(
                daemon,
                new DockerSettings(
                        new InstallationId(UUID.randomUUID()),
                        network,
                        settings.probeVia(),
                        Map.of(),
                        null,
                        List.of(),
                        settings.migrateTimeout(),
                        settings.stopGrace(),
                        settings.limits(),
                        settings.mostLimits(),
                        settings.pullPolicy(),
                        1));

        assertThat(other.list()).isEmpty();
        assertThat(other.list(spec.engineId())).isEmpty();
        assertThatThrownBy(() -> other.removeVolume(spec.engineId())).hasMessageContaining("did not make");
    }

    @Test
    void differentEnginesStartAtTheSameTimeOnANetworkThatIsNotThereYet() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(6);
        try {
            List<Callable<ContainerStatus>> starts = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                ContainerSpec spec = spec();
                starts.add(() -> {
                    backend.migrateBrain(spec, null);
                    return backend.start(backend.createOrAdopt(spec).id());
                });
            }
            for (Future<ContainerStatus> start : pool.invokeAll(starts)) {
                assertThat(start.get().state()).isEqualTo(ContainerState.RUNNING);
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(backend.list()).hasSize(6).allMatch(ContainerStatus::isLive);
        assertThat(client.listNetworksCmd().withNameFilter(network).exec()).hasSize(1);
    }

    @Test
    void workersThatBeginAtTheSameTimeMakeOneNetwork() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Boolean>> beginnings = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                DockerBackend worker = new DockerBackend(daemon, settings());
                beginnings.add(() -> {
                    worker.reachEngines();
                    return true;
                });
            }
            for (Future<Boolean> beginning : pool.invokeAll(beginnings)) {
                assertThat(beginning.get()).isTrue();
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(client.listNetworksCmd().withNameFilter(network).exec()).hasSize(1);
        assertThat(started(spec()).isLive()).isTrue();
    }

    @Test
    void onTheirNetworkEnginesAreProbedAtTheirOwnAddress() throws Exception {
        DockerBackend onNetwork = probingOn(network);
        ContainerStatus up = started(spec());

        String address = requireNonNull(
                        raw(up.id()).getNetworkSettings().getNetworks().get(network))
                .getIpAddress();
        assertThat(onNetwork.inspect(up.id()).orElseThrow().address())
                .isEqualTo(URI.create("http://" + address + ":8000"));
        onNetwork.stop(up.id(), Duration.ZERO);
        assertThat(onNetwork.inspect(up.id()).orElseThrow().address()).isNull();
    }

    private DockerBackend probingOn(String itsNetwork) {
        DockerSettings settings = settings();
        return new DockerBackend(
                daemon,
                new DockerSettings(
                        installation,
                        itsNetwork,
                        ProbeVia.NETWORK,
                        settings.passthrough(),
                        settings.catalog(),
                        settings.migrateCommand(),
                        settings.migrateTimeout(),
                        settings.stopGrace(),
                        settings.limits(),
                        settings.mostLimits(),
                        settings.pullPolicy(),
                        settings.startsAtOnce()));
    }

    @Test
    void aNetworkThatWasRemovedIsMadeAgain() throws Exception {
        ContainerSpec spec = spec();
        ContainerId id = started(spec).id();
        backend.stop(id, Duration.ZERO);
        client.removeNetworkCmd(network).exec();

        assertThatThrownBy(() -> backend.start(id))
                .isInstanceOfSatisfying(
                        BackendException.class, e -> assertThat(e.isRetryable()).isTrue());
        assertThat(started(spec).isLive()).isTrue();
    }

    @Test
    void whatCameUpWithoutItsNetworkIsMadeAnew() throws Exception {
        ContainerSpec spec = spec();
        ContainerId id = started(spec).id();
        backend.stop(id, Duration.ZERO);
        disconnect(id);

        assertThatThrownBy(() -> backend.start(id))
                .isInstanceOfSatisfying(
                        BackendException.class, e -> assertThat(e.isRetryable()).isTrue());
        awaitHealthy(started(spec));
    }

    private void disconnect(ContainerId id) {
        client.disconnectFromNetworkCmd()
                .withNetworkId(network)
                .withContainerId(id.value())
                .withForce(true)
                .exec();
    }

    @Test
    void whatLivesWithoutItsNetworkIsMadeAnew() throws Exception {
        ContainerSpec spec = spec();
        ContainerId id = started(spec).id();
        disconnect(id);

        ContainerStatus anew = started(spec);
        assertThat(anew.id()).isNotEqualTo(id);
        awaitHealthy(anew);
    }

    @Test
    void whatLivesOnAnotherNetworkThanTodaysIsMadeAnewWhereItCanNotBeReached() throws Exception {
        ContainerSpec spec = spec();
        ContainerId id = started(spec).id();
        DockerBackend elsewhere = probingOn("bap-test-" + UUID.randomUUID());

        assertThat(backend.createOrAdopt(spec).id()).isEqualTo(id);
        ContainerStatus anew = elsewhere.start(elsewhere.createOrAdopt(spec).id());

        assertThat(anew.id()).isNotEqualTo(id);
        awaitHealthy(anew);
    }

    @Test
    void whatWasRenamedIsEndedBeforeAnotherIsMade() throws Exception {
        ContainerSpec spec = spec();
        ContainerId id = started(spec).id();
        client.renameContainerCmd(id.value())
                .withName("renamed-" + installation)
                .exec();

        ContainerStatus anew = started(spec);

        assertThat(anew.id()).isNotEqualTo(id);
        assertThat(backend.list(spec.engineId())).hasSize(1);
    }

    @Test
    void anImageThatIsMissingIsNamedWithTheCommandThatProvidesIt() {
        ImageRef missing = new ImageRef("nobody/has-this:1");

        assertThatThrownBy(() -> backend.imageId(missing, null))
                .isInstanceOfSatisfying(
                        BackendException.class, e -> assertThat(e.isRetryable()).isFalse())
                .hasMessageContaining("docker build -t nobody/has-this:1")
                .hasMessageContaining("docker pull nobody/has-this:1");
    }

    @Test
    void aTagThatMovesDoesNotChangeAnEngine() throws Exception {
        ImageRef name = movable();
        String first = backend.imageId(name, null);
        ContainerSpec spec = spec();
        ContainerSpec pinned =
                new ContainerSpec(spec.engineId(), spec.productId(), 1, name, first, spec.port(), spec.keyHash());
        move(name);

        assertThat(backend.imageId(name, null)).isNotEqualTo(first);
        assertThat(backend.imageId(name, first)).isEqualTo(first).startsWith("sha256:");
        assertThat(raw(backend.createOrAdopt(pinned).id()).getImageId()).isEqualTo(first);
        assertThatThrownBy(() -> backend.imageId(name, "sha256:" + "0".repeat(64)))
                .hasMessageContaining("is gone");
    }

    @Test
    void volumesAreKnownByTheEnginesTheyAreOf() throws Exception {
        ContainerSpec one = spec();
        ContainerSpec two = spec();
        backend.createOrAdopt(one);
        backend.migrateBrain(two, null);
        Labels labels = new Labels(installation);
        client.createVolumeCmd()
                .withName("copy-of-" + one.engineId())
                .withLabels(labels.ofVolume(spec()))
                .exec();
        client.createVolumeCmd()
                .withName("no-engines-" + installation)
                .withLabels(labels.ofInstallation())
                .exec();
        String strangers = "engine-data-" + EngineId.random();
        client.createVolumeCmd().withName(strangers).exec();
        try {
            assertThat(backend.volumes()).containsExactlyInAnyOrder(one.engineId(), two.engineId());
        } finally {
            client.removeVolumeCmd(strangers).exec();
        }
        backend.requireVolume(one.engineId());
        assertThatThrownBy(() -> backend.requireVolume(EngineId.random()))
                .isInstanceOfSatisfying(
                        BackendException.class, e -> assertThat(e.isRetryable()).isFalse())
                .hasMessageContaining("from a backup");
    }

    @Test
    void aVolumeOutlivesItsContainersAndGoesWithTheEngine() throws Exception {
        ContainerSpec spec = spec();
        ContainerId id = started(spec).id();
        String volume = "engine-data-" + spec.engineId();
        assertThatThrownBy(() -> backend.removeVolume(spec.engineId())).hasMessageContaining("before it");
        backend.remove(id);
        assertThat(client.inspectVolumeCmd(volume).exec().getName()).isEqualTo(volume);

        backend.removeVolume(spec.engineId());
        backend.removeVolume(spec.engineId());

        assertThatThrownBy(() -> client.inspectVolumeCmd(volume).exec()).isInstanceOf(NotFoundException.class);
    }
}
