package ai.september.bap.activities.subprocess;

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
import ai.september.bap.testing.Prerequisite;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class SubprocessBackendIT extends BackendFixture {

    @Test
    void anEngineIsCreatedStartedStoppedStartedAgainAndRemoved() throws Exception {
        SubprocessBackend backend = backend(FakeEngines.WELL_BEHAVED);
        ContainerSpec spec = FakeEngines.spec();

        ContainerStatus created = backend.createOrAdopt(spec);
        assertThat(created.state()).isEqualTo(ContainerState.CREATED);
        assertThat(created.startedAt()).isNull();
        assertThat(created.address()).isEqualTo(URI.create("http://127.0.0.1:" + spec.port()));
        assertThat(backend.createOrAdopt(spec)).isEqualTo(created);

        Instant before = Instant.now().minusMillis(50);
        ContainerStatus running = started(backend, spec, "serving");
        assertThat(running.state()).isEqualTo(ContainerState.RUNNING);
        assertThat(running.startedAt()).isBetween(before, Instant.now());
        assertThat(backend.start(created.id())).isEqualTo(running);
        assertThat(backend.createOrAdopt(spec)).isEqualTo(running);

        backend.stop(created.id(), GRACE);
        ContainerStatus stopped = backend.inspect(created.id()).orElseThrow();
        assertThat(stopped.state()).isEqualTo(ContainerState.EXITED);
        assertThat(stopped.exitCode()).isZero();
        backend.stop(created.id(), GRACE);

        assertThat(backend.start(created.id()).state()).isEqualTo(ContainerState.RUNNING);
        assertThat(backend.list()).extracting(ContainerStatus::id).containsExactly(created.id());
        assertThat(backend.list(spec.engineId())).hasSize(1);

        long pid = pid(created.id());
        backend.remove(created.id());
        assertThat(lives(pid)).isFalse();
        assertThat(backend.inspect(created.id())).isEmpty();
        assertThat(backend.list()).isEmpty();
        backend.remove(created.id());
        backend.stop(created.id(), GRACE);
    }

    @Test
    void aContainerMadeAgainIsAnother() throws Exception {
        SubprocessBackend backend = backend(FakeEngines.WELL_BEHAVED);
        ContainerSpec spec = FakeEngines.spec();
        ContainerId first = backend.createOrAdopt(spec).id();
        backend.remove(first);
        ContainerId second = backend.createOrAdopt(spec).id();
        assertThat(second).isNotEqualTo(first);
        backend.remove(first);
        assertThat(backend.inspect(second)).isPresent();
    }

    @Test
    void anEngineLeadsASessionAndAGroupOfItsOwn() throws Exception {
        SubprocessBackend backend = backend("sleep 1000 & echo ready; wait");
        ContainerStatus status = started(backend, FakeEngines.spec(), "ready");
        long pid = pid(status.id());
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        assertThat(fields[2]).as("group").isEqualTo(Long.toString(pid));
        assertThat(fields[3]).as("session").isEqualTo(Long.toString(pid));
        assertThat(fields[4]).as("terminal").isEqualTo("0");
    }

    @Test
    void theEnvironmentIsExactlyThatOfTheContract() throws Exception {
        Path catalog = Files.createDirectories(home.resolve("catalog"));
        Files.writeString(catalog.resolve("tools.json"), "{}");
        SubprocessSettings settings = engines.settings("exit 1");
        // Not a script: a shell would add variables of its own.
        EngineProgram program = new EngineProgram(
                FakeEngines.IMAGE, Path.of("/usr/bin/env"), Path.of("/usr/bin/env"), List.of("-0"), List.of());
        SubprocessBackend backend = backend(new SubprocessSettings(
                settings.engines(),
                settings.templates(),
                program,
                Map.of("LLM_API_KEY", "a 'secret' with\nlines and $signs", "LLM_PROVIDER", "echo"),
                catalog,
                settings.migrateTimeout(),
                settings.logs()));
        ContainerSpec spec = FakeEngines.spec();
        ContainerStatus status = started(backend, spec, "\0");
        awaitExit(backend, status.id());

        Path engine = settings.engines().resolve(spec.engineId().toString());
        Path container = folder(status.id()).folder();
        assertThat(backend.output(status.id(), 1 << 16).split("\0"))
                .containsExactlyInAnyOrder(
                        "ENGINE_KEY_HASH=" + FakeEngines.KEY_HASH,
                        "ENGINE_HOST=127.0.0.1",
                        "ENGINE_PORT=" + spec.port(),
                        "SQLITE_DB_PATH=" + engine.resolve("data/brain.sqlite"),
                        "CATALOG_DIR=" + container.resolve("catalog"),
                        "HOME=" + container.resolve("home"),
                        "TMPDIR=" + container.resolve("tmp"),
                        "PATH=" + System.getProperty("java.home") + "/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
                        "LLM_API_KEY=a 'secret' with\nlines and $signs",
                        "LLM_PROVIDER=echo");
        assertThat(container.resolve("catalog/tools.json")).exists();
        assertThat(settings.toString()).doesNotContain("secret");
    }

    @Test
    void noSecretIsInTheArgumentsOfAProcessAndNobodyElseMayRead() throws Exception {
        SubprocessBackend backend = backend(FakeEngines.WELL_BEHAVED);
        ContainerSpec spec = FakeEngines.spec();
        ContainerStatus status = started(backend, spec, "serving");
        assertThat(Files.readString(Path.of("/proc/" + pid(status.id()) + "/cmdline")))
                .doesNotContain(FakeEngines.KEY_HASH);
        ContainerFolder container = folder(status.id());
        for (Path path : List.of(container.folder(), FileTree.parent(FileTree.parent(container.folder())))) {
            assertThat(Files.getPosixFilePermissions(path)).as(path.toString()).hasSize(3);
        }
        for (String file : List.of("definition.json", "output.log")) {
            assertThat(Files.getPosixFilePermissions(container.folder().resolve(file)))
                    .as(file)
                    .hasSize(2);
        }
        assertThat(Files.getPosixFilePermissions(
                        FileTree.parent(FileTree.parent(container.folder())).resolve("data")))
                .hasSize(3);
    }

    @Test
    void whatIgnoresSigtermIsKilledWithItsWholeGroupAfterTheGrace() throws Exception {
        SubprocessBackend backend = backend("trap '' TERM; sleep 1000 & echo child $!; while :; do sleep 1000; done");
        ContainerStatus status = started(backend, FakeEngines.spec(), "child");
        long pid = pid(status.id());
        long child = child(backend, status.id());
        assertThat(lives(child)).isTrue();

        backend.stop(status.id(), Duration.ofMillis(100));

        assertThat(lives(pid)).isFalse();
        assertThat(lives(child)).isFalse();
        assertThat(backend.inspect(status.id()).orElseThrow().exitCode()).isEqualTo(137);
    }

    @Test
    void childrenThatOutliveAnEndedEngineAreKilledByStop() throws Exception {
        SubprocessBackend backend =
                backend("(trap '' TERM; sleep 1000; :) & echo child $!; trap 'exit 0' TERM; while :; do wait; done");
        ContainerStatus status = started(backend, FakeEngines.spec(), "child");
        long child = child(backend, status.id());
        backend.stop(status.id(), GRACE);
        assertThat(lives(child)).isFalse();
        assertThat(backend.inspect(status.id()).orElseThrow().exitCode()).isZero();
    }

    @Test
    void whatACrashedEngineLeftBehindIsKilledBeforeTheNextStart() throws Exception {
        SubprocessBackend backend = backend("sleep 1000 & echo child $!; [ -e \"$HOME/again\" ] || exit 3; wait");
        ContainerStatus status = started(backend, FakeEngines.spec(), "child");
        ContainerId id = status.id();
        awaitExit(backend, id);
        assertThat(backend.inspect(id).orElseThrow().exitCode()).isEqualTo(3);
        long child = child(backend, id);
        assertThat(lives(child)).isTrue();

        Files.createFile(folder(id).home().resolve("again"));
        backend.start(id);

        assertThat(lives(child)).isFalse();
        assertThat(backend.inspect(id).orElseThrow().state()).isEqualTo(ContainerState.RUNNING);
    }

    @Test
    void anEngineThatExitsAtOnceLeavesItsCodeAndOutput() throws Exception {
        SubprocessBackend backend = backend("echo no provider configured >&2; exit 78");
        ContainerStatus status = started(backend, FakeEngines.spec(), "no provider configured\n");
        awaitExit(backend, status.id());
        assertThat(backend.inspect(status.id()).orElseThrow().exitCode()).isEqualTo(78);
        assertThat(backend.output(status.id(), 11)).isEqualTo("configured\n");
    }

    @Test
    void aPortHeldByAStrangerIsNamedAndAnotherOneCanBeGiven() throws Exception {
        SubprocessBackend backend = backend(FakeEngines.WELL_BEHAVED);
        try (ServerSocket stranger = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ContainerSpec spec = FakeEngines.spec(EngineId.random(), 1, stranger.getLocalPort());
            ContainerId id = backend.createOrAdopt(spec).id();
            assertThatThrownBy(() -> backend.start(id))
                    .isInstanceOfSatisfying(
                            PortTakenException.class, e -> assertThat(e.port()).isEqualTo(stranger.getLocalPort()));

            ContainerSpec moved = new ContainerSpec(
                    spec.engineId(), spec.productId(), 1, spec.image(), null, FakeEngines.freePort(), spec.keyHash());
            assertThat(backend.createOrAdopt(moved).id()).isEqualTo(id);
            assertThat(backend.start(id).address()).isEqualTo(URI.create("http://127.0.0.1:" + moved.port()));
        }
    }

    @Test
    void whoseProcessListensAtAPortIsKnown() throws Exception {
        Prerequisite.that(SessionCommand.perl().isPresent() && ProcFs.exists(), "perl: install it; and Linux");
        SubprocessBackend backend = backend("[ \"$1\" = serve ] && perl -MIO::Socket::INET -e '"
                + "my $s = IO::Socket::INET->new(Listen => 1, LocalAddr => \"127.0.0.1\", LocalPort => $ENV{ENGINE_PORT})"
                + " or die; $| = 1; print \"listening\"; sleep 1000' & wait");
        ContainerStatus own = started(backend, FakeEngines.spec(), "listening");
        assertThat(backend.isListening(own.id())).as("a child of its process").isTrue();
        backend.stop(own.id(), GRACE);
        assertThat(backend.isListening(own.id())).isFalse();

        SubprocessBackend deaf = backend(FakeEngines.WELL_BEHAVED);
        ContainerSpec spec = FakeEngines.spec();
        ContainerStatus booting = started(deaf, spec, "serving");
        assertThat(deaf.isListening(booting.id())).as("nobody does").isFalse();
        try (ServerSocket stranger = new ServerSocket(spec.requirePort(), 1, InetAddress.getLoopbackAddress())) {
            assertThat(stranger.isBound()).isTrue();
            assertThat(deaf.isListening(booting.id())).as("a stranger does").isFalse();
        }
    }

    @Test
    void aPortHeldOnAllAddressesIsTaken() throws Exception {
        SubprocessBackend backend = backend(FakeEngines.WELL_BEHAVED);
        try (ServerSocket stranger = new ServerSocket(0)) {
            ContainerId id = backend.createOrAdopt(FakeEngines.spec(EngineId.random(), 1, stranger.getLocalPort()))
                    .id();
            assertThatThrownBy(() -> backend.start(id)).isInstanceOf(PortTakenException.class);
        }
    }

    @Test
    void freezingStopsEveryProcessAndThawingResumesIt() throws Exception {
        SubprocessBackend backend = backend("sleep 1000 & echo child $!; wait");
        ContainerStatus status = started(backend, FakeEngines.spec(), "child");
        long child = child(backend, status.id());

        backend.pause(status.id());
        backend.pause(status.id());
        assertThat(backend.inspect(status.id()).orElseThrow().state()).isEqualTo(ContainerState.PAUSED);
        assertThat(Poll.until(
                        () -> table.find(child).orElseThrow().condition() == ProcessEntry.Condition.STOPPED, SOON))
                .isTrue();

        backend.resume(status.id());
        backend.resume(status.id());
        assertThat(backend.inspect(status.id()).orElseThrow().state()).isEqualTo(ContainerState.RUNNING);
        await(() -> table.find(child).orElseThrow().condition() == ProcessEntry.Condition.LIVE);
    }

    @Test
    void aFrozenEngineEndsGracefully() throws Exception {
        SubprocessBackend backend =
                backend("trap 'echo goodbye; exit 0' TERM; echo up; while :; do sleep 1000 & wait $!; done");
        ContainerStatus status = started(backend, FakeEngines.spec(), "up");
        backend.pause(status.id());
        backend.stop(status.id(), GRACE);
        assertThat(backend.output(status.id(), 100)).endsWith("goodbye\n");
        assertThat(backend.inspect(status.id()).orElseThrow().exitCode()).isZero();
    }

    @Test
    void whatDoesNotRunCanNotBeFrozen() throws Exception {
        SubprocessBackend backend = backend(FakeEngines.WELL_BEHAVED);
        ContainerId id = backend.createOrAdopt(FakeEngines.spec()).id();
        assertThatThrownBy(() -> backend.pause(id))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("start it first");
    }

    @Test
    void anotherOrchestratorAdoptsWhatRuns() throws Exception {
        SubprocessSettings settings = engines.settings(FakeEngines.WELL_BEHAVED);
        ContainerSpec spec = FakeEngines.spec();
        ContainerStatus running = started(backend(settings), spec, "serving");

        SubprocessBackend later = backend(settings);
        assertThat(later.list()).containsExactly(running);
        assertThat(later.createOrAdopt(spec)).isEqualTo(running);
        assertThat(later.start(running.id())).isEqualTo(running);
        later.pause(running.id());
        later.stop(running.id(), GRACE);
        assertThat(later.inspect(running.id()).orElseThrow().state()).isEqualTo(ContainerState.EXITED);
    }

    @Test
    void aLiveEngineThatIsNotWhatItShouldBeIsNotAdopted() throws Exception {
        SubprocessBackend backend = backend("trap 'echo goodbye >> $SQLITE_DB_PATH; exit 0' TERM; echo serving;"
                + " while :; do sleep 1000 & wait $!; done");
        ContainerSpec spec = FakeEngines.spec();
        ContainerId id = started(backend, spec, "serving").id();
        long pid = pid(id);
        ContainerSpec moved = FakeEngines.spec(spec.engineId(), 1, FakeEngines.freePort());
        ContainerSpec rekeyed = new ContainerSpec(
                moved.engineId(), moved.productId(), 1, moved.image(), null, moved.port(), "cd".repeat(32));

        ContainerStatus anew = backend.createOrAdopt(moved);
        assertThat(lives(pid)).isFalse();
        assertThat(brain(spec)).as("it was asked to end").hasContent("goodbye");
        assertThat(anew.state()).isEqualTo(ContainerState.CREATED);
        assertThat(anew.id()).isNotEqualTo(id);
        ContainerStatus again = started(backend, moved, "serving");
        assertThat(again.address()).isEqualTo(URI.create("http://127.0.0.1:" + moved.port()));

        assertThat(backend.createOrAdopt(rekeyed).state()).isEqualTo(ContainerState.CREATED);
        assertThat(backend.list(spec.engineId())).hasSize(1);
    }

    @Test
    void twoIncarnationsNeverShareABrain() throws Exception {
        SubprocessBackend backend = backend(FakeEngines.WELL_BEHAVED);
        ContainerSpec spec = FakeEngines.spec();
        ContainerId first = started(backend, spec, "serving").id();
        ContainerId second = backend.createOrAdopt(FakeEngines.spec(spec.engineId(), 2, FakeEngines.freePort()))
                .id();
        assertThatThrownBy(() -> backend.start(second)).hasMessageContaining("stop it first");
        backend.stop(first, GRACE);
        assertThat(backend.start(second).isLive()).isTrue();
        assertThat(backend.list(spec.engineId())).hasSize(2);
    }

    @Test
    void differentEnginesStartAtTheSameTime() throws Exception {
        SubprocessBackend backend = backend(FakeEngines.WELL_BEHAVED);
        ExecutorService pool = Executors.newFixedThreadPool(8);
        try {
            List<Callable<ContainerStatus>> starts = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                ContainerSpec spec = FakeEngines.spec();
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
        assertThat(backend.list()).hasSize(24).allMatch(ContainerStatus::isLive);
    }

    @Test
    void outputIsKeptWithinItsLimits() throws Exception {
        String script =
                "i=0; while [ $i -lt 400 ]; do printf '%01000d\\n' $i; i=$((i+1)); done; echo printed; sleep 1000";
        SubprocessBackend backend = backend(engines.settings(engines.program(script), GRACE, new LogLimits(10_000, 3)));
        ContainerStatus status = started(backend, FakeEngines.spec(), "printed");
        OutputLog log = folder(status.id()).output(new LogLimits(10_000, 3));
        await(() -> Files.size(log.file()) <= 10_000);
        assertThat(backend.output(status.id(), 8)).isEqualTo("printed\n");
        try (var files = Files.list(folder(status.id()).folder())) {
            long bytes = files.filter(file -> file.getFileName().toString().startsWith("output.log"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
            assertThat(bytes).isLessThanOrEqualTo(30_000);
        }
    }

    @Test
    void anUnknownImageIsRefusedWithARemedy() throws Exception {
        SubprocessBackend backend = backend(FakeEngines.WELL_BEHAVED);
        ImageRef other = new ImageRef("september-engine:9.9.9");
        assertThatThrownBy(() -> backend.imageId(other, null))
                .isInstanceOfSatisfying(
                        BackendException.class, e -> assertThat(e.isRetryable()).isFalse())
                .hasMessageContaining("ORCH_ENGINE_IMAGE");
    }

    @Test
    void theImageIdFollowsTheProgramsContent() throws Exception {
        SubprocessBackend backend = backend(FakeEngines.WELL_BEHAVED);
        String first = backend.imageId(FakeEngines.IMAGE, null);
        assertThat(backend.imageId(FakeEngines.IMAGE, null))
                .isEqualTo(first)
                .startsWith("september-engine:test@sha256:");
        engines.program(FakeEngines.WELL_BEHAVED + "# changed\n");
        assertThat(backend.imageId(FakeEngines.IMAGE, null)).isNotEqualTo(first);
        Files.delete(home.resolve("dist/bin/engine"));
        assertThatThrownBy(() -> backend.imageId(FakeEngines.IMAGE, null)).hasMessageContaining("build it");
    }

    @Test
    void aVolumeOutlivesItsContainersAndGoesWithTheEngine() throws Exception {
        SubprocessBackend backend = backend(FakeEngines.WELL_BEHAVED);
        ContainerSpec spec = FakeEngines.spec();
        ContainerId id = started(backend, spec, "serving").id();
        assertThatThrownBy(() -> backend.removeVolume(spec.engineId())).hasMessageContaining("remove it before");
        Path volume = home.resolve("state/engines/" + spec.engineId() + "/data");
        Path outside = Files.createDirectories(home.resolve("outside"));
        Files.writeString(outside.resolve("precious"), "");
        Files.createSymbolicLink(volume.resolve("link"), outside);
        backend.remove(id);
        assertThat(volume).isDirectory();
        assertThat(backend.volumes()).containsExactly(spec.engineId());
        backend.requireVolume(spec.engineId());

        backend.removeVolume(spec.engineId());
        backend.removeVolume(spec.engineId());

        assertThat(backend.volumes()).isEmpty();
        assertThatThrownBy(() -> backend.requireVolume(spec.engineId())).hasMessageContaining("from a backup");
        assertThat(home.resolve("state/engines")).isEmptyDirectory();
        assertThat(outside.resolve("precious")).exists();
    }

    @Test
    void anEngineFindsTheJavaThatRunsThis() throws Exception {
        SubprocessBackend backend = backend("command -v java; sleep 1000");
        started(backend, FakeEngines.spec(), System.getProperty("java.home") + "/bin/java\n");
    }

    @Test
    void anInterruptedStopCanBeRepeated() throws Exception {
        SubprocessBackend backend = backend("trap 'echo asked' TERM; echo up; while :; do sleep 1000 & wait $!; done");
        ContainerId id = started(backend, FakeEngines.spec(), "up").id();
        FutureTask<Void> stop = new FutureTask<>(() -> {
            backend.stop(id, Duration.ofMinutes(5));
            return null;
        });
        Thread thread = new Thread(stop);
        thread.start();
        awaitOutput(backend, id, "asked");
        thread.interrupt();
        assertThatThrownBy(stop::get).hasCauseInstanceOf(InterruptedException.class);
        assertThat(state(backend, id)).isEqualTo(ContainerState.RUNNING);
        backend.stop(id, Duration.ofMillis(50));
        assertThat(state(backend, id)).isEqualTo(ContainerState.EXITED);
    }
}
