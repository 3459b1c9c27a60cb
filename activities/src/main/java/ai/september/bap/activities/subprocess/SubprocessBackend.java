package ai.september.bap.activities.subprocess;

import ai.september.bap.activities.container.BackendException;
import ai.september.bap.activities.container.BrainMigration;
import ai.september.bap.activities.container.BrainMigration.Outcome;
import ai.september.bap.activities.container.ContainerBackend;
import ai.september.bap.activities.container.ContainerId;
import ai.september.bap.activities.container.ContainerMake;
import ai.september.bap.activities.container.ContainerSpec;
import ai.september.bap.activities.container.ContainerState;
import ai.september.bap.activities.container.ContainerStatus;
import ai.september.bap.activities.container.ExitListener;
import ai.september.bap.activities.container.OutputFeed;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.ImageRef;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Engines as processes of this machine, under this process's own user, each in a session of its own and on its own port
 * of 127.0.0.1. They outlive the orchestrator: everything that is known about them is on disk.
 *
 * <p>Decisions beyond the port's contract: {@link #start} refuses while another incarnation of the engine lives, so that
 * no two processes share a brain. {@link #createOrAdopt} gives a container that is not live the spec's port, image and
 * key hash, and ends one that lives with others. {@link #migrateBrain} makes the container if it is missing; its output holds that of the migrate command.
 * Exit codes are known while the orchestrator that started the engine lives. Where there is neither {@code /proc} nor
 * {@code setsid} (macOS), {@code ps} and {@code perl} stand in, with the limits named at {@link PsTable}.
 */
public final class SubprocessBackend implements ContainerBackend, AutoCloseable {

    private static final Duration SWEEP_INTERVAL = Duration.ofSeconds(1);

    /** A look at a process is a read of a line or two. */
    private static final Duration EXIT_INTERVAL = Duration.ofMillis(250);

    private static final Duration EXIT_CODE_TIME = Duration.ofSeconds(2);

    /** For an engine that is in the way of what it should be. */
    private static final Duration REPLACE_GRACE = Duration.ofSeconds(10);

    private final SubprocessSettings settings;
    private final EngineFolders folders;
    private final ImageDigest digest;
    private final LogSweeper sweeper;
    private final ExitSweeper exits;
    private final EngineRuns runs;
    private final EngineProcesses processes;
    private final BrainMigrations migrations;

    /**
     * Takes over the folders of the settings; starts no engine and ends none.
     *
     * @throws BackendException if the machine lacks what engines need or the folders can not be used
     */
    public SubprocessBackend(SubprocessSettings settings) {
        this(settings, ProcessTable.ofThisMachine(), SessionCommand.find());
    }

    SubprocessBackend(SubprocessSettings settings, ProcessTable table, List<String> sessionCommand) {
        this.settings = settings;
        this.folders = prepared(new EngineFolders(settings.engines()));
        this.digest = new ImageDigest(settings.program().content());
        this.sweeper = new LogSweeper(SWEEP_INTERVAL);
        Launcher launcher = new Launcher(sessionCommand, table);
        this.runs = new EngineRuns(settings, launcher, sweeper);
        this.processes = new EngineProcesses(table, launcher);
        this.exits = new ExitSweeper(processes, EXIT_INTERVAL);
        this.migrations = new BrainMigrations(
                runs, processes, new BrainTemplates(settings.templates()), settings.migrateTimeout());
    }

    private static EngineFolders prepared(EngineFolders folders) {
        try {
            folders.prepare();
            return folders;
        } catch (IOException e) {
            throw BackendException.lasting(
                    "the engines' folder can not be used: check that it is writable and the disk not full", e);
        }
    }

    @Override
    public ContainerStatus createOrAdopt(ContainerSpec spec) throws InterruptedException {
        return attempt("create", () -> status(containerFor(spec)));
    }

    private ContainerFolder containerFor(ContainerSpec spec) throws IOException, InterruptedException {
        EngineFolder engine = folders.engine(spec.engineId());
        Optional<ContainerFolder> existing = engine.container(spec.incarnation());
        boolean live = existing.isPresent() && status(existing.get()).isLive();
        if (live && isAsIn(spec, existing.get())) {
            return existing.get();
        }
        requireKnown(spec.image());
        engine.makeVolume();
        if (existing.isPresent() && !live) {
            existing.get().define(Definitions.write(spec));
            return existing.get();
        }
        if (live) {
            // Its process goes by what it was given at its start.
            stop(existing.get().id(), REPLACE_GRACE);
            remove(existing.get().id());
        }
        return engine.create(spec.incarnation(), Definitions.write(spec));
    }

    private static boolean isAsIn(ContainerSpec spec, ContainerFolder container) throws IOException {
        return Definitions.read(container)
                .filter(made -> made.requirePort() == spec.requirePort()
                        && made.image().equals(spec.image())
                        && made.keyHash().equals(spec.keyHash()))
                .isPresent();
    }

    @Override
    public ContainerStatus start(ContainerId id) throws InterruptedException {
        return attempt("start", () -> {
            ContainerFolder container = require(id);
            ContainerStatus status = status(container);
            return status.isLive() ? status : startDead(container);
        });
    }

    private ContainerStatus startDead(ContainerFolder container) throws IOException, InterruptedException {
        EngineFolder engine = folders.engine(container.engineId());
        ContainerSpec spec = Definitions.read(container).orElseThrow(() -> damaged(container.id()));
        requireKnown(spec.image());
        requireRunnable();
        requireNoneLive(engine);
        endRemains(engine);
        HostPort.requireFree(spec.requirePort());
        engine.makeVolume();
        runs.start(container, spec, Launch.Kind.SERVE, engine.brain());
        return status(container);
    }

    @Override
    public void stop(ContainerId id, Duration grace) throws InterruptedException {
        attempt("stop", () -> {
            Optional<ContainerFolder> container = folders.find(id);
            if (container.isPresent()) {
                Optional<Launch> serving = container.get().lastServing();
                if (serving.isPresent()) {
                    processes.terminate(serving.get(), grace);
                }
                processes.endAll(container.get());
            }
            return true;
        });
    }

    @Override
    public void pause(ContainerId id) throws InterruptedException {
        attempt("pause", () -> {
            processes.freeze(requireLive(id));
            return true;
        });
    }

    @Override
    public String reclaimMemory(ContainerId id) {
        return "memory not reclaimed: engines that are plain processes have no cgroup of their own";
    }

    @Override
    public void resume(ContainerId id) throws InterruptedException {
        attempt("resume", () -> {
            processes.thaw(requireLive(id));
            return true;
        });
    }

    @Override
    public void remove(ContainerId id) throws InterruptedException {
        attempt("remove", () -> {
            Optional<ContainerFolder> container = folders.find(id);
            if (container.isPresent()) {
                processes.endAll(container.get());
                sweeper.forget(container.get().output(settings.logs()));
                container.get().delete();
            }
            return true;
        });
    }

    @Override
    public Optional<ContainerStatus> inspect(ContainerId id) throws InterruptedException {
        return attempt("inspect", () -> {
            Optional<ContainerFolder> container = folders.find(id);
            return container.isEmpty() ? Optional.empty() : statusIfPresent(container.get());
        });
    }

    @Override
    public Optional<ContainerMake> made(ContainerId id) throws InterruptedException {
        return attempt("inspect", () -> {
            Optional<ContainerFolder> container = folders.find(id);
            Optional<ContainerSpec> spec = container.isEmpty() ? Optional.empty() : Definitions.read(container.get());
            return spec.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new ContainerMake(
                            container.get().createdAt(),
                            spec.get().port(),
                            spec.get().keyHash()));
        });
    }

    @Override
    public boolean isListening(ContainerId id) throws InterruptedException {
        return attempt("look at the port of", () -> {
            Optional<ContainerFolder> container = folders.find(id);
            return container.isPresent() && isListening(container.get());
        });
    }

    private boolean isListening(ContainerFolder container) throws IOException, InterruptedException {
        Optional<ContainerSpec> spec = Definitions.read(container);
        Optional<Launch> serving = container.lastServing();
        return spec.isPresent()
                && serving.isPresent()
                && processes.isListening(serving.get(), spec.get().requirePort());
    }

    @Override
    public List<ContainerStatus> list(EngineId engineId) throws InterruptedException {
        return attempt("list", () -> statuses(folders.engine(engineId)));
    }

    @Override
    public List<ContainerStatus> list() throws InterruptedException {
        return attempt("list", () -> {
            List<ContainerStatus> all = new ArrayList<>();
            for (EngineFolder engine : folders.engines()) {
                all.addAll(statuses(engine));
            }
            return all;
        });
    }

    @Override
    public String imageId(ImageRef image, @Nullable String pinned) throws InterruptedException {
        requireKnown(image);
        requireRunnable();
        return attempt("read the program of", () -> image + "@sha256:" + digest.hex());
    }

    @Override
    public BrainMigration migrateBrain(ContainerSpec spec, @Nullable String migratedBy) throws InterruptedException {
        String imageId = imageId(spec.image(), spec.imageId());
        EngineFolder engine = folders.engine(spec.engineId());
        return attempt("migrate the brain of", () -> {
            engine.makeVolume();
            return new BrainMigration(migrated(engine, spec, imageId, migratedBy), imageId);
        });
    }

    private Outcome migrated(EngineFolder engine, ContainerSpec spec, String imageId, @Nullable String migratedBy)
            throws IOException, InterruptedException {
        if (settings.program().migratesAtBoot()) {
            return Outcome.AT_BOOT;
        }
        requireNoneLive(engine);
        endRemains(engine);
        if (imageId.equals(migratedBy) && engine.hasBrain()) {
            return Outcome.SKIPPED;
        }
        return migrations.migrate(engine, containerFor(spec), spec, imageId);
    }

    @Override
    public String migrationOutput(EngineId engineId, int maxBytes) throws InterruptedException {
        // The command runs in the engine's container.
        for (ContainerStatus container : list(engineId)) {
            String output = output(container.id(), maxBytes);
            if (!output.isEmpty()) {
                return output;
            }
        }
        return "";
    }

    @Override
    public Set<EngineId> volumes() throws InterruptedException {
        return attempt("list the volumes of", () -> {
            Set<EngineId> engines = new HashSet<>();
            for (EngineFolder engine : folders.engines()) {
                if (engine.hasVolume()) {
                    engines.add(engine.engineId());
                }
            }
            return engines;
        });
    }

    @Override
    public void requireVolume(EngineId engineId) {
        if (!folders.engine(engineId).hasVolume()) {
            throw BackendException.lasting(
                    ("folder %s/data, which held this engine's brain, is gone from the engines' folder: bring it back from a"
                                    + " backup, or destroy the engine and provision it anew")
                            .formatted(engineId),
                    null);
        }
    }

    @Override
    public void removeVolume(EngineId engineId) throws InterruptedException {
        attempt("remove the volume of", () -> {
            EngineFolder engine = folders.engine(engineId);
            if (!engine.containers().isEmpty()) {
                throw BackendException.lasting(
                        "engine " + engineId + " still has a container: remove it before its volume", null);
            }
            folders.delete(engine);
            return true;
        });
    }

    @Override
    public String output(ContainerId id, int maxBytes) throws InterruptedException {
        return attempt("read the output of", () -> {
            Optional<ContainerFolder> container = folders.find(id);
            return container.isEmpty()
                    ? ""
                    : container.get().output(settings.logs()).tail(maxBytes);
        });
    }

    @Override
    public AutoCloseable watchExits(ExitListener listener) {
        return exits.listen(listener);
    }

    @Override
    public OutputFeed feed(ContainerId id, int lines, boolean follow) throws InterruptedException {
        return attempt("read the output of", () -> {
            Optional<ContainerFolder> container = folders.find(id);
            if (container.isEmpty()) {
                return OutputFeed.none();
            }
            Optional<Launch> serving = container.get().lastServing();
            return new OutputLogFeed(
                    container.get().output(settings.logs()),
                    sweeper,
                    () -> serving.isPresent()
                            && processes.findLive(serving.get()).isPresent(),
                    lines,
                    follow);
        });
    }

    /** Ends what this object runs itself; engines are left as they are. */
    @Override
    public void close() {
        exits.close();
        sweeper.close();
    }

    private List<ContainerStatus> statuses(EngineFolder engine) throws IOException, InterruptedException {
        List<ContainerStatus> statuses = new ArrayList<>();
        for (ContainerFolder container : engine.containers()) {
            statusIfPresent(container).ifPresent(statuses::add);
        }
        return statuses;
    }

    /** Empty if the container was removed while it was looked at. */
    private Optional<ContainerStatus> statusIfPresent(ContainerFolder container)
            throws IOException, InterruptedException {
        ContainerStatus status = status(container);
        return container.exists() ? Optional.of(status) : Optional.empty();
    }

    private ContainerStatus status(ContainerFolder container) throws IOException, InterruptedException {
        Optional<Launch> serving = container.lastServing();
        ContainerState state = serving.isEmpty() ? ContainerState.CREATED : state(serving.get());
        ContainerStatus status = new ContainerStatus(
                container.id(),
                container.engineId(),
                container.incarnation(),
                state,
                serving.isEmpty() ? null : serving.get().startedAt(),
                serving.isPresent() && state == ContainerState.EXITED ? exitCode(serving.get()) : null,
                0,
                Definitions.read(container)
                        .map(spec -> HostPort.address(spec.requirePort()))
                        .orElse(null));
        if (status.isLive()) {
            sweeper.watch(container.output(settings.logs()));
            exits.watch(container.engineId(), serving.orElseThrow());
        }
        return status;
    }

    private ContainerState state(Launch serving) throws IOException, InterruptedException {
        return processes
                .findLive(serving)
                .map(process -> process.condition() == ProcessEntry.Condition.STOPPED
                        ? ContainerState.PAUSED
                        : ContainerState.RUNNING)
                .orElse(ContainerState.EXITED);
    }

    private @Nullable Integer exitCode(Launch ended) throws IOException, InterruptedException {
        processes.awaitEnd(ended, EXIT_CODE_TIME);
        return ended.exitCode();
    }

    private ContainerFolder require(ContainerId id) throws IOException {
        return folders.find(id)
                .orElseThrow(
                        () -> BackendException.lasting("container " + id + " does not exist: create it first", null));
    }

    private Launch requireLive(ContainerId id) throws IOException, InterruptedException {
        Optional<Launch> serving = require(id).lastServing();
        if (serving.isEmpty() || processes.findLive(serving.get()).isEmpty()) {
            throw BackendException.lasting("container " + id + " is not running: start it first", null);
        }
        return serving.get();
    }

    private void requireNoneLive(EngineFolder engine) throws IOException, InterruptedException {
        for (ContainerStatus status : statuses(engine)) {
            if (status.isLive()) {
                throw BackendException.lasting("container " + status.id() + " lives: stop it first", null);
            }
        }
    }

    /** Ends what is left of processes that died, or that a crash kept from being known. */
    private void endRemains(EngineFolder engine) throws IOException, InterruptedException {
        for (ContainerFolder container : engine.containers()) {
            processes.endAll(container);
        }
    }

    private void requireKnown(ImageRef image) {
        ImageRef known = settings.program().image();
        if (!image.equals(known)) {
            throw BackendException.lasting(
                    ("image %s is not known: the subprocess backend runs %s only;"
                                    + " use that one, or set ORCH_ENGINE_IMAGE, or ORCH_ENGINE_BACKEND=docker")
                            .formatted(image, known),
                    null);
        }
    }

    private void requireRunnable() {
        if (!Files.isExecutable(settings.program().executable())) {
            throw BackendException.lasting(
                    "the engine's program is missing: build it with mvn -pl engine package", null);
        }
    }

    private static BackendException damaged(ContainerId id) {
        return BackendException.lasting("the definition of container " + id + " is damaged: create it anew", null);
    }

    private static <T> T attempt(String verb, Action<T> action) throws InterruptedException {
        try {
            return action.run();
        } catch (ClosedByInterruptException e) {
            Thread.interrupted();
            throw new InterruptedException();
        } catch (IOException e) {
            throw failed(verb, e);
        }
    }

    static BackendException failed(String verb, IOException cause) {
        return BackendException.passing(
                "could not " + verb + " an engine's process: check the engines' folder, disk space and limits", cause);
    }

    private interface Action<T> {
        T run() throws IOException, InterruptedException;
    }
}
