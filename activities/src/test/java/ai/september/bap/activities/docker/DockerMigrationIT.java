package ai.september.bap.activities.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.september.bap.activities.container.BackendException;
import ai.september.bap.activities.container.BrainMigration;
import ai.september.bap.activities.container.BrainMigration.Outcome;
import ai.september.bap.activities.container.ContainerId;
import ai.september.bap.activities.container.ContainerSpec;
import ai.september.bap.activities.container.ContainerStatus;
import com.github.dockerjava.api.command.InspectContainerResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DockerMigrationIT extends DockerFixture {

    private static final String EMPTY_BRAIN = "migrated, key hash " + "0".repeat(64) + "\n";

    @Test
    void theFirstBrainIsMigratedAndOthersAreCopiesOfIt() throws Exception {
        ContainerSpec first = spec();
        ContainerSpec second = spec();

        BrainMigration made = backend.migrateBrain(first, null);
        assertThat(made.outcome()).isEqualTo(Outcome.MIGRATED);
        assertThat(made.imageId()).isEqualTo(backend.imageId(image, null));
        assertThat(backend.migrateBrain(second, null).outcome()).isEqualTo(Outcome.COPIED);

        for (ContainerSpec spec : List.of(first, second)) {
            assertThat(backend.list(spec.engineId()))
                    .as("nothing but the engine's")
                    .hasSize(1);
            assertThat(brain(backend.createOrAdopt(spec).id())).isEqualTo(EMPTY_BRAIN);
        }
        steer("writes");
        awaitOutput(started(second).id(), "wrote");
    }

    @Test
    void whatIsOnRecordIsSkippedAndAnotherImageMigratesInPlace() throws Exception {
        ContainerSpec spec = spec();
        String imageId = backend.migrateBrain(spec, null).imageId();

        assertThat(backend.migrateBrain(spec, imageId).outcome()).isEqualTo(Outcome.SKIPPED);
        assertThat(backend.migrateBrain(spec, "sha256:older").outcome()).isEqualTo(Outcome.MIGRATED);

        assertThat(brain(backend.createOrAdopt(spec).id()))
                .isEqualTo(EMPTY_BRAIN + "migrated, key hash " + KEY_HASH + "\n");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anImageMayBringABrainAlong(boolean current) throws Exception {
        image = TestImages.withBrain(client, current);
        Files.delete(home.resolve("mode"));
        ContainerSpec first = spec();
        ContainerSpec second = spec();

        assertThat(backend.migrateBrain(first, null).outcome()).isEqualTo(Outcome.MIGRATED);
        assertThat(backend.migrateBrain(second, null).outcome()).isEqualTo(Outcome.COPIED);

        ContainerId id = backend.createOrAdopt(second).id();
        assertThat(brain(id))
                .isEqualTo(brain(backend.createOrAdopt(first).id()))
                .startsWith("#!/bin/sh")
                .satisfies(text -> assertThat(text.endsWith(EMPTY_BRAIN))
                        .as("migrated after all")
                        .isEqualTo(!current));
        assertThat(brainMode(id)).as("the image's or ours").isEqualTo(current ? 0755 : 0600);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatAnImageBringsAlongDoesNotHideThatABrainIsGone(boolean sameImage) throws Exception {
        image = TestImages.withBrain(client, true);
        Files.delete(home.resolve("mode"));
        ContainerSpec spec = spec();
        String imageId = backend.migrateBrain(spec, null).imageId();
        backend.remove(backend.createOrAdopt(spec).id());
        backend.removeVolume(spec.engineId());
        client.createVolumeCmd()
                .withName(Names.volume(spec.engineId()))
                .withLabels(new Labels(installation).ofVolume(spec))
                .exec();

        backend.migrateBrain(spec, sameImage ? imageId : "sha256:older");

        assertThat(brain(backend.createOrAdopt(spec).id())).doesNotContain("#!/bin/sh");
    }

    @Test
    void aVolumeThatWasLostIsNotSkipped() throws Exception {
        String imageId = backend.migrateBrain(spec(), null).imageId();
        ContainerSpec lost = spec();

        assertThat(backend.migrateBrain(lost, imageId).outcome()).isEqualTo(Outcome.COPIED);
    }

    @Test
    void anInterruptedCopyIsMadeAgainAndABrainInUseIsMigrated() throws Exception {
        backend.migrateBrain(spec(), null);
        ContainerSpec interrupted = spec();
        ContainerId id = backend.createOrAdopt(interrupted).id();
        write(id, EMPTY_BRAIN.substring(0, 10));
        assertThat(backend.migrateBrain(interrupted, null).outcome()).isEqualTo(Outcome.COPIED);
        assertThat(brain(id)).isEqualTo(EMPTY_BRAIN);

        ContainerSpec used = spec();
        ContainerId other = backend.createOrAdopt(used).id();
        write(other, "precious\n");
        assertThat(backend.migrateBrain(used, null).outcome()).isEqualTo(Outcome.MIGRATED);
        assertThat(brain(other)).isEqualTo("precious\nmigrated, key hash " + KEY_HASH + "\n");
    }

    private void write(ContainerId id, String brain) throws Exception {
        new ContainerFiles(daemon.calls())
                .write(
                        id.value(),
                        Names.DATA,
                        () -> Tar.file(
                                Names.BRAIN, brain.getBytes(StandardCharsets.UTF_8), new EngineUser(10_001, 10_001)));
    }

    @Test
    void aBrainOfSeveralFilesIsNotCopied() throws Exception {
        steer("two-files");
        backend.migrateBrain(spec(), null);

        assertThat(backend.migrateBrain(spec(), null).outcome()).isEqualTo(Outcome.MIGRATED);
    }

    @Test
    void theVolumeBelongsToTheUserOfAnyImage() throws Exception {
        image = TestImages.foreign(client);
        ContainerSpec spec = spec();

        backend.migrateBrain(spec, null);
        steer("writes");
        ContainerStatus up = started(spec, "wrote");

        assertThat(raw(up.id()).getConfig().getUser()).isEqualTo("games");
        assertThat(new ContainerFiles(daemon.calls()).volume(up.id().value()).owner())
                .isEqualTo(new EngineUser(5, 60));
        assertThat(backend.list(spec.engineId())).hasSize(1);
    }

    @Test
    void anImageThatRunsAsRootIsRefused() throws Exception {
        image = TestImages.ofRoot(client);

        assertThatThrownBy(() -> backend.migrateBrain(spec(), null))
                .isInstanceOfSatisfying(
                        BackendException.class, e -> assertThat(e.isRetryable()).isFalse())
                .hasMessageContaining("USER of its own");
    }

    @Test
    void anImageThatMigratesAtBootGetsAVolumeOfItsOwn() throws Exception {
        image = TestImages.foreign(client);
        backend = new DockerBackend(daemon, settings(List.of(), Duration.ofMinutes(1), PullPolicy.NEVER));
        ContainerSpec spec = spec();

        assertThat(backend.migrateBrain(spec, null).outcome()).isEqualTo(Outcome.AT_BOOT);

        steer("writes");
        awaitOutput(started(spec).id(), "wrote");
    }

    @Test
    void aMigrationThatFailsLeavesItsOutputUntilItsContainersGo() throws Exception {
        steer("migration-fails");
        ContainerSpec spec = spec();

        assertThatThrownBy(() -> backend.migrateBrain(spec, null))
                .isInstanceOfSatisfying(
                        BackendException.class, e -> assertThat(e.isRetryable()).isFalse())
                .hasMessageContaining("exit code 3");

        assertThat(backend.migrationOutput(spec.engineId(), 1 << 10))
                .isEqualTo("cannot migrate with " + PROVIDER_KEY + "\n");
        for (ContainerStatus container : backend.list(spec.engineId())) {
            backend.stop(container.id(), GRACE);
        }
        assertThat(backend.list(spec.engineId()))
                .as("a stop leaves the engine's container alone")
                .extracting(ContainerStatus::incarnation)
                .containsExactly(1);
        assertThat(backend.migrationOutput(spec.engineId(), 1 << 10)).isEmpty();
    }

    @Test
    void aMigrationThatNeedsMoreMemoryThanThereIsIsNotRepeated() throws Exception {
        steer("migration-eats");
        ContainerSpec spec = spec();

        assertThatThrownBy(() -> backend.migrateBrain(spec, null))
                .isInstanceOfSatisfying(
                        BackendException.class, e -> assertThat(e.isRetryable()).isFalse())
                .hasMessageContaining("raise ORCH_ENGINE_MEMORY");
    }

    @Test
    void aMigrationThatIsKilledOrHangsMayBeRepeated() throws Exception {
        backend = new DockerBackend(daemon, settings(List.of("migrate"), Duration.ofSeconds(2), PullPolicy.NEVER));
        ContainerSpec spec = spec();
        steer("migration-is-killed");
        assertThatThrownBy(() -> backend.migrateBrain(spec, null))
                .isInstanceOfSatisfying(
                        BackendException.class, e -> assertThat(e.isRetryable()).isTrue())
                .hasMessageContaining("was killed");
        steer("migration-hangs");
        assertThatThrownBy(() -> backend.migrateBrain(spec, null)).hasMessageContaining("did not end within 2 s");
        assertThat(backend.list(spec.engineId())).noneMatch(ContainerStatus::isLive);

        steer("serves");
        assertThat(backend.migrateBrain(spec, null).outcome()).isEqualTo(Outcome.MIGRATED);
        assertThat(started(spec).isLive()).isTrue();
    }

    @Test
    void aMigrationHasNoNetworkAndTheRightsOfAnEngine() throws Exception {
        backend = new DockerBackend(daemon, settings(List.of("migrate"), Duration.ofSeconds(1), PullPolicy.NEVER));
        steer("migration-hangs");
        ContainerSpec spec = spec();
        assertThatThrownBy(() -> backend.migrateBrain(spec, null)).hasMessageContaining("did not end");

        InspectContainerResponse migration = client.inspectContainerCmd("engine-" + spec.engineId() + "-migrate")
                .exec();
        assertThat(migration.getNetworkSettings().getNetworks()).containsOnlyKeys("none");
        assertThat(migration.getHostConfig().getReadonlyRootfs()).isTrue();
        assertThat(migration.getHostConfig().getCapDrop()).hasSize(1);
        assertThat(migration.getHostConfig().getSecurityOpts()).containsExactly("no-new-privileges");
        assertThat(migration.getHostConfig().getMemory()).isEqualTo(192L << 20);
        assertThat(migration.getConfig().getLabels())
                .containsEntry("ai.september.bap.engine", spec.engineId().toString());
    }
}
