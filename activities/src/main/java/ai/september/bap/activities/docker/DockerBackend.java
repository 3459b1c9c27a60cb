package ai.september.bap.activities.docker;

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
import ai.september.bap.activities.container.PortTakenException;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.ImageRef;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Engines as containers of a Docker daemon, one each, hardened, on a volume and a network of ours. The daemon knows all that
 * is to be known about them; any number of these objects may share it.
 *
 * <p>Decisions beyond the port's contract: containers, volumes and the network are ours by their labels; what has a name of
 * ours without them is never touched. A container that does not run and was made with other settings than today's is made
 * anew; one that runs goes on with them. What migrates a brain is a container of its own, incarnation 0, so whoever ends
 * an engine's other containers ends it, too. At most one container of an engine can exist by its name, so
 * {@link #createOrAdopt} refuses while another incarnation does.
 */
public final class DockerBackend implements ContainerBackend {

    /** For an engine that is in the way of what it should be. */
    private static final Duration REPLACE_GRACE = Duration.ofSeconds(10);

    /** What is made to be copied for every user must not hold anything of the one for whom it is made. */
    private static final String NOBODYS_KEY_HASH = "0".repeat(64);

    private final DockerSettings settings;
    private final DaemonCalls calls;
    private final OurContainers containers;
    private final EngineImages images;
    private final EngineVolumes volumes;
    private final EngineNetwork network;
    private final ContainerDefinition definition;
    private final Statuses statuses;
    private final Starts starts;
    private final Migrations migrations;
    private final BrainCopies copies = new BrainCopies();
    private final ContainerOutput output;
    private final ContainerMakes makes = new ContainerMakes();
    private final MemoryReclaim reclaim = new MemoryReclaim();

    /** A backend that is alone with that daemon. */
    DockerBackend(DockerDaemon daemon, DockerSettings settings) {
        this(daemon, settings, Turns.UNSHARED);
    }

    /**
     * A backend on that daemon, which stays the caller's to close; says nothing to it yet.
     *
     * @param turns shared with others that start containers there
     */
    public DockerBackend(DockerDaemon daemon, DockerSettings settings, Turns turns) {
        this.settings = settings;
        this.calls = daemon.calls();
        Labels labels = new Labels(settings.installation());
        Sandbox sandbox = new Sandbox(settings, labels);
        this.containers = new OurContainers(calls, labels);
        this.images = new EngineImages(calls, settings.pullPolicy());
        this.volumes = new EngineVolumes(calls, labels, containers, new ContainerFiles(calls), images, sandbox);
        this.network = new EngineNetwork(
                calls,
                labels,
                settings.network(),
                settings.probeVia() == ProbeVia.NETWORK ? OwnContainer.id().orElse(null) : null);
        this.definition = new ContainerDefinition(calls, settings, labels, sandbox);
        this.statuses = new Statuses(settings);
        this.starts = new Starts(calls, settings.startsAtOnce(), turns);
        this.migrations = new Migrations(calls, containers, definition, starts, settings.migrateTimeout());
        this.output = new ContainerOutput(calls, daemon.http());
    }

    /** Gets this process to where it reaches engines: before they are asked how they are. */
    public void reachEngines() throws InterruptedException {
        attempt("join the engines' network", () -> {
            network.ensure();
            return true;
        });
    }

    @Override
    public ContainerStatus createOrAdopt(ContainerSpec spec) throws InterruptedException {
        return attempt("create a container", () -> {
            Optional<InspectContainerResponse> existing = named(spec);
            if (existing.filter(container -> isLiveAsItShould(spec, container)).isPresent()) {
                endOthers(spec, existing);
                return statuses.of(existing.get());
            }
            String imageId = imageId(spec);
            CreateContainerCmd wanted = definition.engine(spec, imageId);
            Optional<InspectContainerResponse> fitting = fitting(spec, wanted, existing);
            if (fitting.isPresent()) {
                // The daemon keeps a volume as long as there is a container that has it mounted.
                return statuses.of(fitting.get());
            }
            boolean newVolume = volumes.ensure(spec);
            ContainerId made = make(wanted, newVolume);
            if (newVolume) {
                volumes.own(spec, imageId, made.value(), true);
            }
            return statuses.of(require(made));
        });
    }

    private String imageId(ContainerSpec spec) throws InterruptedException {
        return images.id(spec.image(), spec.imageId());
    }

    private Optional<InspectContainerResponse> named(ContainerSpec spec) throws InterruptedException {
        return containers.named(Names.engine(spec.engineId()), spec.engineId());
    }

    /** What has the engine's name must be of this incarnation, and nobody else may be. */
    private void endOthers(ContainerSpec spec, Optional<InspectContainerResponse> named) throws InterruptedException {
        endRenamed(spec, named.map(InspectContainerResponse::getId).orElse(""));
        named.ifPresent(container -> requireIncarnation(spec, container));
    }

    /** The existing container, if it may stay as it is; one that may not is removed. */
    private Optional<InspectContainerResponse> fitting(
            ContainerSpec spec, CreateContainerCmd wanted, Optional<InspectContainerResponse> existing)
            throws InterruptedException {
        endOthers(spec, existing);
        if (existing.isEmpty() || mayStay(spec, wanted, existing.get())) {
            return existing;
        }
        containers.stop(existing.get(), REPLACE_GRACE);
        containers.remove(existing.get().getId());
        return Optional.empty();
    }

    /** Whoever has this incarnation and not its name was renamed by somebody: two must never share a volume. */
    private void endRenamed(ContainerSpec spec, String named) throws InterruptedException {
        for (Container other : containers.list(spec.engineId())) {
            if (Labels.incarnation(other.getLabels()) == spec.incarnation()
                    && !other.getId().equals(named)) {
                stop(new ContainerId(other.getId()), REPLACE_GRACE);
                containers.remove(other.getId());
            }
        }
    }

    private ContainerId make(CreateContainerCmd wanted, boolean newVolume) throws InterruptedException {
        network.ensure();
        return containers.create(newVolume ? ContainerDefinition.onNewVolume(wanted) : wanted);
    }

    /** One that ends again and again is not there to stay. */
    private boolean mayStay(ContainerSpec spec, CreateContainerCmd wanted, InspectContainerResponse container) {
        ContainerStatus status = statuses.of(container);
        return status.isLive()
                ? isLiveAsItShould(spec, container)
                : status.state() != ContainerState.RESTARTING && ContainerDefinition.isExactly(wanted, container);
    }

    private boolean isLiveAsItShould(ContainerSpec spec, InspectContainerResponse container) {
        return statuses.of(container).isLive()
                && ContainerDefinition.isOf(spec, container)
                && statuses.isConnected(container);
    }

    private static void requireIncarnation(ContainerSpec spec, InspectContainerResponse container) {
        int incarnation = Labels.incarnation(container.getConfig().getLabels());
        if (incarnation != spec.incarnation()) {
            throw BackendException.passing(
                    "container %s of incarnation %d is in the way: remove it first"
                            .formatted(container.getId(), incarnation),
                    null);
        }
    }

    @Override
    public ContainerStatus start(ContainerId id) throws InterruptedException {
        return attempt("start a container", () -> {
            ContainerStatus status = statuses.of(require(id));
            if (status.isLive()) {
                return status;
            }
            requireNoneLives(status.engineId());
            startDead(id);
            return started(id);
        });
    }

    private ContainerStatus started(ContainerId id) throws InterruptedException {
        InspectContainerResponse container = require(id);
        ContainerStatus status = statuses.of(container);
        if (status.isLive() && !statuses.isConnected(container)) {
            containers.remove(id.value());
            throw BackendException.passing("the container came up without its network: it is to be made anew", null);
        }
        return status;
    }

    private void startDead(ContainerId id) throws InterruptedException {
        try {
            starts.start(id.value());
        } catch (BackendException failed) {
            throw failed.getCause() instanceof DockerException refusal ? startRefused(id, failed, refusal) : failed;
        } catch (NotFoundException networkIsGone) {
            // Somebody removed it since the container was made, which knows it by its id and would never find another.
            containers.remove(id.value());
            throw BackendException.passing(
                    "network " + settings.network() + " was removed: the container is to be made anew", networkIsGone);
        }
    }

    private BackendException startRefused(ContainerId id, BackendException failed, DockerException refusal)
            throws InterruptedException {
        if (DaemonFaults.isPortTaken(refusal)) {
            return ContainerDefinition.port(require(id))
                    .<BackendException>map(PortTakenException::new)
                    .orElse(failed);
        }
        if (DaemonFaults.isHalfStarted(refusal)) {
            containers.remove(id.value());
            return BackendException.passing(
                    "the container daemon had crashed while it started this container: it is to be made anew", failed);
        }
        return failed;
    }

    @Override
    public void stop(ContainerId id, Duration grace) throws InterruptedException {
        attempt("stop a container", () -> {
            Optional<InspectContainerResponse> container = containers.find(id.value());
            if (container.isPresent()) {
                containers.stop(container.get(), grace);
                removeServant(container.get());
            }
            return true;
        });
    }

    /** What migrated a brain is of no use any more once it is stopped. */
    private void removeServant(InspectContainerResponse container) throws InterruptedException {
        if (Labels.incarnation(container.getConfig().getLabels()) == Labels.NO_INCARNATION) {
            containers.remove(container.getId());
        }
    }

    @Override
    public void pause(ContainerId id) throws InterruptedException {
        attempt("pause a container", () -> {
            ContainerStatus status = requireLive(id);
            if (status.state() == ContainerState.RUNNING) {
                calls.bringAbout(
                        "pause a container",
                        DaemonCalls.QUICK,
                        client -> client.pauseContainerCmd(id.value()).exec());
            }
            return true;
        });
    }

    @Override
    public String reclaimMemory(ContainerId id) throws InterruptedException {
        return attempt("look at a container", () -> {
            Long pid = require(id).getState().getPidLong();
            return pid == null || pid == 0 ? "memory not reclaimed: it has ended" : reclaim.of(id.value(), pid);
        });
    }

    @Override
    public void resume(ContainerId id) throws InterruptedException {
        attempt("unpause a container", () -> {
            if (!containers.thaw(id.value())) {
                ContainerStatus unusedLive = requireLive(id);
            }
            return true;
        });
    }

    @Override
    public void remove(ContainerId id) throws InterruptedException {
        attempt("remove a container", () -> {
            containers.remove(id.value());
            return true;
        });
    }

    @Override
    public Optional<ContainerStatus> inspect(ContainerId id) throws InterruptedException {
        return attempt("look at a container", () -> containers.find(id.value()).map(statuses::of));
    }

    @Override
    public Optional<ContainerMake> made(ContainerId id) throws InterruptedException {
        return attempt("look at a container", () -> makes.of(id, containers::find));
    }

    /** The daemon holds the port for the container as long as it runs, so nobody else can answer there. */
    @Override
    public boolean isListening(ContainerId id) {
        return true;
    }

    @Override
    public AutoCloseable watchExits(ExitListener listener) {
        return new ExitEvents(calls, new Labels(settings.installation()), listener);
    }

    @Override
    public List<ContainerStatus> list(EngineId engineId) throws InterruptedException {
        return attempt("list containers", () -> of(containers.list(engineId)));
    }

    @Override
    public List<ContainerStatus> list() throws InterruptedException {
        return attempt("list containers", () -> of(containers.list()));
    }

    private List<ContainerStatus> of(List<Container> found) {
        return found.stream().map(statuses::of).toList();
    }

    @Override
    public String imageId(ImageRef image, @Nullable String pinned) throws InterruptedException {
        return attempt("look at an image", () -> images.id(image, pinned));
    }

    @Override
    public BrainMigration migrateBrain(ContainerSpec spec, @Nullable String migratedBy) throws InterruptedException {
        return attempt("migrate a brain", () -> {
            String imageId = imageId(spec);
            boolean newVolume = volumes.ensure(spec);
            requireNoneLives(spec.engineId());
            return new BrainMigration(
                    newVolume ? migratedFirst(spec, imageId, true) : migrated(spec, imageId, migratedBy), imageId);
        });
    }

    private Outcome migrated(ContainerSpec spec, String imageId, @Nullable String migratedBy)
            throws InterruptedException {
        if (imageId.equals(migratedBy)) {
            return settings.migrateCommand().isEmpty() ? Outcome.AT_BOOT : Outcome.SKIPPED;
        }
        return migratedBy != null && !settings.migrateCommand().isEmpty()
                ? migrateInPlace(spec, imageId)
                : migratedFirst(spec, imageId, false);
    }

    private Outcome migratedFirst(ContainerSpec spec, String imageId, boolean newVolume) throws InterruptedException {
        // It will be needed anyway, and need not run for what is in its volume to be seen and changed.
        CreateContainerCmd wanted = definition.engine(spec, imageId);
        Optional<InspectContainerResponse> fitting = fitting(spec, wanted, named(spec));
        String container = fitting.isPresent()
                ? fitting.get().getId()
                : make(wanted, newVolume).value();
        VolumeContents contents = volumes.own(spec, imageId, container, newVolume);
        if (settings.migrateCommand().isEmpty()) {
            return Outcome.AT_BOOT;
        }
        // An image may bring a brain along: then the daemon has put that there.
        boolean unused = contents.isEmpty()
                || (newVolume && contents.brain().isPresent())
                || copies.find(imageId).filter(contents::isBeginningOf).isPresent();
        return unused
                ? copies.obtain(
                        imageId,
                        brain -> volumes.fill(spec, imageId, container, contents, brain),
                        () -> migrations.run(spec.withKeyHash(NOBODYS_KEY_HASH), imageId, volumes::brain))
                : migrateInPlace(spec, imageId);
    }

    private Outcome migrateInPlace(ContainerSpec spec, String imageId) throws InterruptedException {
        return migrations.run(spec, imageId, migrated -> Outcome.MIGRATED);
    }

    @Override
    public String migrationOutput(EngineId engineId, int maxBytes) throws InterruptedException {
        return attempt("read the output of a container", () -> {
            Optional<InspectContainerResponse> failed = containers.named(Names.migration(engineId), engineId);
            return failed.isEmpty() ? "" : output.tail(failed.get().getId(), maxBytes);
        });
    }

    @Override
    public Set<EngineId> volumes() throws InterruptedException {
        return attempt("list volumes", volumes::engines);
    }

    @Override
    public void requireVolume(EngineId engineId) throws InterruptedException {
        attempt("look at a volume", () -> {
            volumes.require(engineId);
            return true;
        });
    }

    @Override
    public void removeVolume(EngineId engineId) throws InterruptedException {
        attempt("remove a volume", () -> {
            volumes.remove(engineId);
            return true;
        });
    }

    @Override
    public String output(ContainerId id, int maxBytes) throws InterruptedException {
        return attempt("read the output of a container", () -> output.tail(id.value(), maxBytes));
    }

    @Override
    public OutputFeed feed(ContainerId id, int lines, boolean follow) throws InterruptedException {
        return attempt("read the output of a container", () -> {
            Optional<InspectContainerResponse> container = containers.find(id.value());
            return container.isEmpty()
                    ? OutputFeed.none()
                    : output.feed(
                            id.value(),
                            lines,
                            follow,
                            statuses.of(container.get()).isLive());
        });
    }

    private InspectContainerResponse require(ContainerId id) throws InterruptedException {
        return containers
                .find(id.value())
                .orElseThrow(
                        () -> BackendException.lasting("container " + id + " does not exist: create it first", null));
    }

    private ContainerStatus requireLive(ContainerId id) throws InterruptedException {
        ContainerStatus status = statuses.of(require(id));
        if (!status.isLive()) {
            throw BackendException.lasting("container " + id + " is not running: start it first", null);
        }
        return status;
    }

    /** Two processes must never share a volume, whatever their containers are called. */
    private void requireNoneLives(EngineId engineId) throws InterruptedException {
        for (ContainerStatus status : of(containers.list(engineId))) {
            if (status.hasToBeStopped()) {
                throw BackendException.lasting("container " + status.id() + " lives: stop it first", null);
            }
        }
    }

    private static <T> T attempt(String verb, Action<T> action) throws InterruptedException {
        try {
            return action.run();
        } catch (DockerException unexpected) {
            throw DaemonFaults.of(verb, unexpected);
        }
    }

    private interface Action<T> {
        T run() throws InterruptedException;
    }
}
