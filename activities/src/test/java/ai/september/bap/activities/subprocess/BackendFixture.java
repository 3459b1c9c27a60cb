package ai.september.bap.activities.subprocess;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.activities.container.ContainerId;
import ai.september.bap.activities.container.ContainerSpec;
import ai.september.bap.activities.container.ContainerState;
import ai.september.bap.activities.container.ContainerStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Backends over one folder, one after another as orchestrators come and go; whatever runs at the end is removed. */
@Timeout(300)
abstract class BackendFixture {

    static final Duration GRACE = Duration.ofSeconds(20);
    static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    Path home;

    FakeEngines engines = new FakeEngines(Path.of("/nonexistent"));
    final ProcFs table = new ProcFs();
    private final List<SubprocessBackend> opened = new ArrayList<>();

    @BeforeEach
    void useFolder() {
        engines = new FakeEngines(home);
    }

    @AfterEach
    void endEverything() throws Exception {
        List<ContainerFolder> containers = containers();
        try {
            for (SubprocessBackend backend : opened) {
                for (ContainerFolder container : containers) {
                    backend.remove(container.id());
                }
            }
        } finally {
            opened.forEach(SubprocessBackend::close);
            for (ContainerFolder container : containers) {
                await(() -> !killedMarked(EngineEnvironment.mark(container)));
            }
        }
    }

    private List<ContainerFolder> containers() throws IOException {
        List<ContainerFolder> containers = new ArrayList<>();
        for (EngineFolder engine : new EngineFolders(home.resolve("state/engines")).engines()) {
            containers.addAll(engine.containers());
        }
        return containers;
    }

    /** What the backend of a failed test may have left. */
    private boolean killedMarked(String mark) throws IOException, InterruptedException {
        List<Long> marked = table.all().stream()
                .filter(entry -> !entry.isDead() && table.carries(entry.pid(), mark))
                .map(ProcessEntry::pid)
                .toList();
        Signals.kill(marked);
        return !marked.isEmpty();
    }

    SubprocessBackend backend(SubprocessSettings settings) {
        return opened(new SubprocessBackend(settings));
    }

    SubprocessBackend backend(String script) {
        return backend(engines.settings(script));
    }

    SubprocessBackend opened(SubprocessBackend backend) {
        opened.add(backend);
        return backend;
    }

    ContainerFolder folder(ContainerId id) throws IOException {
        return new EngineFolders(home.resolve("state/engines")).find(id).orElseThrow();
    }

    Path brain(ContainerSpec spec) {
        return home.resolve("state/engines/" + spec.engineId() + "/data/brain.sqlite");
    }

    Launch serving(ContainerId id) throws IOException {
        return folder(id).lastServing().orElseThrow();
    }

    long pid(ContainerId id) throws IOException {
        return serving(id).identity().orElseThrow().pid();
    }

    boolean lives(long pid) {
        return table.find(pid).filter(entry -> !entry.isDead()).isPresent();
    }

    /** Starts an engine and waits until it has printed a text. */
    static ContainerStatus started(SubprocessBackend backend, ContainerSpec spec, String printed) throws Exception {
        ContainerStatus status = backend.start(backend.createOrAdopt(spec).id());
        awaitOutput(backend, status.id(), printed);
        return status;
    }

    static void awaitOutput(SubprocessBackend backend, ContainerId id, String printed) throws Exception {
        await(() -> backend.output(id, 1 << 20).contains(printed));
    }

    static void awaitExit(SubprocessBackend backend, ContainerId id) throws Exception {
        await(() -> state(backend, id) == ContainerState.EXITED);
    }

    static ContainerState state(SubprocessBackend backend, ContainerId id) throws InterruptedException {
        return backend.inspect(id).orElseThrow().state();
    }

    static void await(Poll.Condition condition) throws Exception {
        assertThat(Poll.until(condition, SOON)).as("it comes to pass").isTrue();
    }

    /** The number in an engine's output {@code child 123}. */
    static long child(SubprocessBackend backend, ContainerId id) throws Exception {
        return Long.parseLong(backend.output(id, 100).replaceAll("\\D", ""));
    }
}
