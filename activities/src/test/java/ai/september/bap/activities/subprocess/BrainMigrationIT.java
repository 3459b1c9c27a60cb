package ai.september.bap.activities.subprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.september.bap.activities.container.BackendException;
import ai.september.bap.activities.container.BrainMigration;
import ai.september.bap.activities.container.BrainMigration.Outcome;
import ai.september.bap.activities.container.ContainerSpec;
import ai.september.bap.activities.container.ContainerState;
import ai.september.bap.activities.container.ContainerStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BrainMigrationIT extends BackendFixture {

    @Test
    void newBrainsAreCopiesOfOneThatWasMigratedOnce() throws Exception {
        SubprocessBackend backend = backend("echo ran >> " + home.resolve("runs") + "; echo brain > $SQLITE_DB_PATH");
        String imageId = backend.imageId(FakeEngines.IMAGE, null);
        for (int i = 0; i < 3; i++) {
            ContainerSpec spec = FakeEngines.spec();
            assertThat(backend.migrateBrain(spec, null)).isEqualTo(new BrainMigration(Outcome.COPIED, imageId));
            assertThat(brain(spec)).hasContent("brain");
            assertThat(Files.getPosixFilePermissions(brain(spec)))
                    .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
        }
        assertThat(home.resolve("runs")).hasContent("ran");
    }

    @Test
    void aTemplateOutlivesTheOrchestratorAndIsMadeAgainForAnotherImage() throws Exception {
        String script = "echo ran >> " + home.resolve("runs") + "; echo brain > $SQLITE_DB_PATH";
        backend(script).migrateBrain(FakeEngines.spec(), null);
        backend(script).migrateBrain(FakeEngines.spec(), null);
        assertThat(home.resolve("runs")).hasContent("ran");

        ContainerSpec spec = FakeEngines.spec();
        backend(script + "; echo two >> $SQLITE_DB_PATH").migrateBrain(spec, null);
        assertThat(home.resolve("runs")).hasContent("ran\nran");
        assertThat(brain(spec)).hasContent("brain\ntwo");
        assertThat(home.resolve("state/templates"))
                .isDirectoryContaining("glob:**")
                .satisfies(folder -> assertThat(FileTree.children(folder)).hasSize(1));
    }

    @Test
    void onlyWhatIsOnRecordForThisVeryImageIsSkipped() throws Exception {
        SubprocessBackend backend = backend("echo run >> $SQLITE_DB_PATH");
        ContainerSpec spec = FakeEngines.spec();
        String imageId = backend.migrateBrain(spec, null).imageId();
        assertThat(backend.migrateBrain(spec, imageId).outcome()).isEqualTo(Outcome.SKIPPED);
        assertThat(brain(spec)).hasContent("run");
        assertThat(backend.migrateBrain(spec, null).outcome()).isEqualTo(Outcome.MIGRATED);
        assertThat(backend.migrateBrain(spec, imageId + "0").outcome()).isEqualTo(Outcome.MIGRATED);
        assertThat(brain(spec)).hasContent("run\nrun\nrun");
    }

    @Test
    void aRecordWithoutABrainSkipsNothing() throws Exception {
        SubprocessBackend backend = backend("echo run >> $SQLITE_DB_PATH");
        ContainerSpec spec = FakeEngines.spec();
        String imageId = backend.migrateBrain(spec, null).imageId();
        Files.delete(brain(spec));
        assertThat(backend.migrateBrain(spec, imageId).outcome()).isEqualTo(Outcome.COPIED);
        assertThat(brain(spec)).hasContent("run");
    }

    @Test
    void aVolumeThatWasUsedIsNeverCopiedOver() throws Exception {
        SubprocessBackend backend = backend("echo run >> $SQLITE_DB_PATH");
        ContainerSpec spec = FakeEngines.spec();
        Files.createDirectories(FileTree.parent(brain(spec)));
        Files.writeString(brain(spec).resolveSibling("brain.sqlite-wal"), "committed");
        assertThat(backend.migrateBrain(spec, null).outcome()).isEqualTo(Outcome.MIGRATED);
        assertThat(brain(spec).resolveSibling("brain.sqlite-wal")).hasContent("committed");
    }

    @Test
    void brainsOfSeveralFilesAreMigratedOneByOne() throws Exception {
        SubprocessBackend backend = backend("echo run >> $SQLITE_DB_PATH; echo log > $SQLITE_DB_PATH-wal");
        for (int i = 0; i < 2; i++) {
            ContainerSpec spec = FakeEngines.spec();
            assertThat(backend.migrateBrain(spec, null).outcome()).isEqualTo(Outcome.MIGRATED);
            assertThat(brain(spec)).hasContent("run");
        }
        assertThat(home.resolve("state/templates")).isEmptyDirectory();
    }

    @Test
    void anEmptyFileBesideTheBrainDoesNoHarm() throws Exception {
        SubprocessBackend backend = backend("echo run >> $SQLITE_DB_PATH; : > $SQLITE_DB_PATH.lock");
        ContainerSpec spec = FakeEngines.spec();
        assertThat(backend.migrateBrain(spec, null).outcome()).isEqualTo(Outcome.COPIED);
        assertThat(FileTree.children(FileTree.parent(brain(spec)))).containsExactly(brain(spec));
    }

    @Test
    void anImageThatMigratesAtBootIsLeftToDoSo() throws Exception {
        SubprocessSettings settings = engines.settings("exit 1");
        EngineProgram program = engines.programWithoutMigrate("exit 1");
        SubprocessBackend backend = backend(new SubprocessSettings(
                settings.engines(),
                settings.templates(),
                program,
                settings.passthrough(),
                null,
                settings.migrateTimeout(),
                settings.logs()));
        ContainerSpec spec = FakeEngines.spec();
        assertThat(backend.migrateBrain(spec, null).outcome()).isEqualTo(Outcome.AT_BOOT);
        assertThat(FileTree.parent(brain(spec))).isEmptyDirectory();
    }

    @Test
    void aFailureIsLastingAndToldByTheContainersOutput() throws Exception {
        SubprocessBackend backend = backend("echo schema is from the future; exit 3");
        ContainerSpec spec = FakeEngines.spec();
        assertThatThrownBy(() -> backend.migrateBrain(spec, null))
                .isInstanceOfSatisfying(
                        BackendException.class, e -> assertThat(e.isRetryable()).isFalse())
                .hasMessageContaining("exit code 3")
                .hasMessageNotContaining("future");
        ContainerStatus container = backend.list(spec.engineId()).get(0);
        assertThat(container.state()).isEqualTo(ContainerState.CREATED);
        assertThat(backend.createOrAdopt(spec)).isEqualTo(container);
        assertThat(backend.output(container.id(), 1000)).isEqualTo("schema is from the future\n");
        assertThat(folder(container.id()).launches()).isEmpty();
        assertThat(FileTree.parent(brain(spec))).isEmptyDirectory();
    }

    @Test
    void aMigrationThatTakesTooLongIsKilledAndMayBeRepeated() throws Exception {
        EngineProgram program = engines.program("trap '' TERM; echo child $$; while :; do sleep 1000; done");
        SubprocessBackend backend = backend(engines.settings(program, Duration.ofMillis(500), LogLimits.DEFAULT));
        ContainerSpec spec = FakeEngines.spec();
        assertThatThrownBy(() -> backend.migrateBrain(spec, null))
                .isInstanceOfSatisfying(
                        BackendException.class, e -> assertThat(e.isRetryable()).isTrue());
        assertThat(lives(child(backend, backend.list().get(0).id()))).isFalse();
    }

    @Test
    void aMigrationThatWasKilledMayBeRepeated() throws Exception {
        SubprocessBackend backend = backend("kill -s KILL $$");
        assertThatThrownBy(() -> backend.migrateBrain(FakeEngines.spec(), null))
                .isInstanceOfSatisfying(
                        BackendException.class, e -> assertThat(e.isRetryable()).isTrue());
    }

    @Test
    void anInterruptedMigrationLeavesNoProcess() throws Exception {
        SubprocessBackend backend = backend("echo child $$; sleep 1000");
        ContainerSpec spec = FakeEngines.spec();
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try {
            Future<?> migration = pool.submit(() -> backend.migrateBrain(spec, null));
            await(() -> !backend.list().isEmpty()
                    && backend.output(backend.list().get(0).id(), 100).contains("child"));
            migration.cancel(true);
        } finally {
            pool.shutdown();
        }
        // It puts things in order by itself; nobody else may do so meanwhile.
        assertThat(pool.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        long pid = child(backend, backend.list().get(0).id());
        await(() -> !lives(pid));
    }

    @Test
    void noBrainIsMigratedUnderALiveEngine() throws Exception {
        SubprocessBackend backend = backend(FakeEngines.WELL_BEHAVED);
        ContainerSpec spec = FakeEngines.spec();
        started(backend, spec, "serving");
        assertThatThrownBy(() -> backend.migrateBrain(spec, null)).hasMessageContaining("stop it first");
    }

    @Test
    void whatAnInterruptedCopyLeftIsNoBrain() throws Exception {
        SubprocessBackend backend = backend("echo run >> $SQLITE_DB_PATH");
        ContainerSpec spec = FakeEngines.spec();
        Path draft = brain(spec).resolveSibling(".brain.sqlite.1234.draft");
        Files.createDirectories(FileTree.parent(draft));
        Files.writeString(draft, "half a br");
        assertThat(backend.migrateBrain(spec, null).outcome()).isEqualTo(Outcome.COPIED);
        assertThat(draft).doesNotExist();
    }

    @Test
    void aBrainToBeCopiedIsMadeWithoutAnybodysKey() throws Exception {
        SubprocessBackend backend = backend("echo $ENGINE_KEY_HASH > $SQLITE_DB_PATH");
        ContainerSpec spec = FakeEngines.spec();
        backend.migrateBrain(spec, null);
        assertThat(brain(spec)).hasContent("0".repeat(64));
        backend.migrateBrain(spec, null);
        assertThat(brain(spec)).hasContent(FakeEngines.KEY_HASH);
    }
}
