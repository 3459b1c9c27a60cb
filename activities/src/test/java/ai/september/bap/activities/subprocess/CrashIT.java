package ai.september.bap.activities.subprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.september.bap.activities.container.ContainerId;
import ai.september.bap.activities.container.ContainerSpec;
import ai.september.bap.activities.container.ContainerState;
import ai.september.bap.activities.container.ContainerStatus;
import ai.september.bap.registry.id.EngineId;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** An orchestrator may be killed at any instant; afterwards there is at most one process per engine, and it is known. */
class CrashIT extends BackendFixture {

    /** Another JVM with the backend over the same folder, to be killed. */
    private Process orchestrator(String... arguments) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        DoomedOrchestrator.class.getName(),
                        home.toString(),
                        String.join(" ", arguments))
                .redirectError(Redirect.DISCARD)
                .start();
    }

    private static void kill(Process orchestrator) throws InterruptedException {
        orchestrator.destroyForcibly().waitFor();
    }

    @Test
    void enginesSurviveTheKillOfTheirOrchestratorAndAreAdopted() throws Exception {
        SubprocessBackend backend = backend(FakeEngines.WELL_BEHAVED);
        ContainerSpec running = FakeEngines.spec();
        ContainerSpec frozen = FakeEngines.spec();
        Process orchestrator =
                orchestrator("start " + DoomedOrchestrator.text(running), "freeze " + DoomedOrchestrator.text(frozen));
        await(() -> backend.list().size() == 2
                && backend.list().stream().allMatch(ContainerStatus::isLive)
                && state(backend, backend.list(frozen.engineId()).get(0).id()) == ContainerState.PAUSED);
        kill(orchestrator);

        ContainerStatus adopted = backend.createOrAdopt(running);
        assertThat(adopted.state()).isEqualTo(ContainerState.RUNNING);
        ContainerStatus ice = backend.createOrAdopt(frozen);
        assertThat(ice.state()).isEqualTo(ContainerState.PAUSED);
        awaitOutput(backend, adopted.id(), "serving");

        long pid = pid(adopted.id());
        backend.stop(adopted.id(), GRACE);
        backend.stop(ice.id(), GRACE);
        assertThat(lives(pid)).isFalse();
        ContainerStatus stopped = backend.inspect(adopted.id()).orElseThrow();
        assertThat(stopped.state()).isEqualTo(ContainerState.EXITED);
        assertThat(stopped.exitCode()).as("its parent is gone").isNull();
    }

    @Test
    void startsThatAreKilledAtAnyInstantLeaveOneKnownProcessAtMost() throws Exception {
        Path marks = Files.createDirectories(home.resolve("marks"));
        SubprocessBackend backend = backend("echo $$ > " + marks + "/$$; exec sleep 1000");
        ContainerSpec spec = FakeEngines.spec();
        for (int i = 0; i < 12; i++) {
            Process orchestrator = orchestrator("churn " + DoomedOrchestrator.text(spec));
            assertThat(orchestrator.getInputStream().read()).isEqualTo('.');
            for (int starts = 0; starts < i % 4; starts++) {
                assertThat(orchestrator.getInputStream().read()).isEqualTo('.');
            }
            kill(orchestrator);

            ContainerId id = backend.start(backend.createOrAdopt(spec).id()).id();
            long known = pid(id);
            await(() -> Files.exists(marks.resolve(Long.toString(known))));
            await(() -> livingMarks(marks).equals(List.of(known)));
        }
    }

    /** Engines that live, by the marks that they made; a shell that is about to end without one counts as none. */
    private List<Long> livingMarks(Path marks) throws IOException {
        return FileTree.children(marks).stream()
                .map(mark -> Long.parseLong(mark.getFileName().toString()))
                .filter(this::lives)
                .toList();
    }

    @Test
    void aMigrationOfAKilledOrchestratorIsEndedBeforeTheNextBegins() throws Exception {
        SubprocessBackend backend = backend(
                "if [ -e $HOME/again ]; then echo done > $SQLITE_DB_PATH; else : > $HOME/again; echo child $$; sleep 1000; fi");
        ContainerSpec spec = FakeEngines.spec();
        Process orchestrator = orchestrator("migrate " + DoomedOrchestrator.text(spec));
        await(() -> !backend.list().isEmpty()
                && backend.output(backend.list().get(0).id(), 100).contains("child"));
        kill(orchestrator);
        long pid = child(backend, backend.list().get(0).id());
        assertThat(lives(pid)).isTrue();

        backend.migrateBrain(spec, null);

        assertThat(lives(pid)).isFalse();
        assertThat(brain(spec)).hasContent("done");
    }

    @Test
    void aReusedProcessIdIsNotMistakenForTheEngine() throws Exception {
        SubprocessBackend backend = backend(FakeEngines.WELL_BEHAVED);
        ContainerId id = started(backend, FakeEngines.spec(), "serving").id();
        backend.stop(id, GRACE);
        Process stranger = new ProcessBuilder("setsid", "sleep", "1000").start();
        try {
            pretend(id, stranger.pid(), table.boot(), "1");
            assertThat(state(backend, id)).isEqualTo(ContainerState.EXITED);
            backend.stop(id, GRACE);
            pretend(id, stranger.pid(), "another-boot", startOf(stranger));
            assertThat(state(backend, id)).isEqualTo(ContainerState.EXITED);
            backend.start(id);
            backend.remove(id);
            assertThat(stranger.isAlive()).isTrue();
        } finally {
            stranger.destroyForcibly();
        }
    }

    private String startOf(Process process) {
        return table.find(process.pid()).orElseThrow().start();
    }

    private void pretend(ContainerId id, long pid, String boot, String start) throws IOException {
        Launch launch = serving(id);
        Files.deleteIfExists(launch.folder().resolve("settled"));
        Files.writeString(launch.identityFile(), pid + "\n" + boot + "\n" + start + "\n");
    }

    @Test
    void aStartThatComesTooLateFindsItsPermissionGone() throws Exception {
        SubprocessBackend backend = backend(FakeEngines.WELL_BEHAVED);
        ContainerId id = backend.createOrAdopt(FakeEngines.spec()).id();
        Launch forgotten = folder(id).newLaunch(Launch.Kind.SERVE);
        assertThat(state(backend, id)).isEqualTo(ContainerState.CREATED);
        backend.start(id);

        // What a launcher of an orchestrator that was killed before would still do.
        Path ran = home.resolve("ran");
        Path output = Files.createFile(home.resolve("late.log"));
        Launcher late = new Launcher(SessionCommand.find(), table);
        assertThatThrownBy(() -> late.start(
                        forgotten, List.of("touch", ran.toString()), Map.of("PATH", "/usr/bin:/bin"), home, output))
                .hasMessageContaining("could not be started");
        assertThat(ran).doesNotExist();
        assertThat(state(backend, id)).isEqualTo(ContainerState.RUNNING);
    }

    @Test
    void damagedIdentitiesAreNotFatalAndTheirProcessIsEndedBeforeTheNextStarts() throws Exception {
        SubprocessBackend backend = backend(FakeEngines.WELL_BEHAVED);
        ContainerId id = started(backend, FakeEngines.spec(), "serving").id();
        long lost = pid(id);
        Files.write(serving(id).identityFile(), new byte[] {'1', 0, (byte) 0xff});
        assertThat(backend.list()).hasSize(1);
        assertThat(state(backend, id)).isEqualTo(ContainerState.EXITED);

        backend.start(id);

        assertThat(lives(lost)).isFalse();
        assertThat(lives(pid(id))).isTrue();
    }

    @Test
    void damagedDefinitionsAreNotFatal() throws Exception {
        SubprocessBackend backend = backend(FakeEngines.WELL_BEHAVED);
        ContainerSpec spec = FakeEngines.spec();
        ContainerId id = backend.createOrAdopt(spec).id();
        for (String damaged : List.of("", "{\"engineId\":", "null", "{}", "\u00ff")) {
            Files.writeString(folder(id).folder().resolve("definition.json"), damaged, StandardCharsets.ISO_8859_1);
            assertThat(backend.list())
                    .singleElement()
                    .satisfies(status -> assertThat(status.address()).isNull());
            assertThatThrownBy(() -> backend.start(id)).hasMessageContaining("create it anew");
        }
        assertThat(backend.createOrAdopt(spec).id()).isEqualTo(id);
        assertThat(backend.start(id).isLive()).isTrue();
    }

    @Test
    void whatIsNotOursIsLeftAloneAndWhatWasHalfDeletedGoes() throws Exception {
        SubprocessSettings settings = engines.settings(FakeEngines.WELL_BEHAVED);
        Path root = Files.createDirectories(settings.engines());
        Path outside = Files.createDirectories(home.resolve("outside/container/1.00000000"));
        Files.writeString(root.resolve("README"), "");
        Files.createDirectory(root.resolve("not-an-engine"));
        Files.createSymbolicLink(root.resolve(EngineId.random().toString()), home.resolve("outside"));
        Path half = root.resolve(".trash-" + EngineId.random() + "-x");
        Files.createDirectories(half.resolve("data"));

        SubprocessBackend backend = backend(settings);

        assertThat(backend.list()).isEmpty();
        assertThat(half).doesNotExist();
        assertThat(root.resolve("README")).exists();
        assertThat(root.resolve("not-an-engine")).exists();
        assertThat(outside).exists();
        for (String id : List.of("", "nonsense", "../../etc.1.00000000", EngineId.random() + ".1.00000000")) {
            assertThat(backend.inspect(new ContainerId(id))).isEmpty();
        }
    }

    @Test
    void aContainerHalfMadeOrHalfRemovedDoesNotExist() throws Exception {
        SubprocessBackend backend = backend(FakeEngines.WELL_BEHAVED);
        ContainerSpec spec = FakeEngines.spec();
        Path containers = home.resolve("state/engines/" + spec.engineId() + "/container");
        Files.createDirectories(containers.resolve(".new-12345678"));
        Files.createDirectories(containers.resolve(".removed-1.12345678"));
        assertThat(backend.list()).isEmpty();
        backend.createOrAdopt(spec);
        assertThat(FileTree.children(containers)).hasSize(1);
    }
}
