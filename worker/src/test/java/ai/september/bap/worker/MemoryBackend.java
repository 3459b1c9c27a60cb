package ai.september.bap.worker;

import ai.september.bap.activities.container.BackendException;
import ai.september.bap.activities.container.BrainMigration;
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
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Containers in memory that end when they are told to; what no test here needs is refused. Thread-safe. */
public class MemoryBackend implements ContainerBackend {

    private final Map<ContainerId, ContainerStatus> containers = new ConcurrentHashMap<>();
    private final Map<ContainerId, ContainerMake> makes = new ConcurrentHashMap<>();
    private final Set<EngineId> volumes = ConcurrentHashMap.newKeySet();
    private final AtomicInteger made = new AtomicInteger();

    /** A container whose process lives. */
    public ContainerId running(EngineId engine, int incarnation, @Nullable URI address) {
        return add(engine, incarnation, ContainerState.RUNNING, Instant.now(), address);
    }

    /** A container that was never started. */
    public ContainerId created(EngineId engine, int incarnation) {
        return add(engine, incarnation, ContainerState.CREATED, null, null);
    }

    private ContainerId add(
            EngineId engine, int incarnation, ContainerState state, @Nullable Instant since, @Nullable URI address) {
        ContainerId id = new ContainerId("container-" + made.incrementAndGet());
        containers.put(id, new ContainerStatus(id, engine, incarnation, state, since, null, 0, address));
        return id;
    }

    /** A volume, as an engine's first container gets it. */
    public void addVolume(EngineId engine) {
        volumes.add(engine);
    }

    @Override
    public void stop(ContainerId id, Duration grace) throws InterruptedException {
        containers.computeIfPresent(
                id,
                (same, old) -> new ContainerStatus(
                        id,
                        old.engineId(),
                        old.incarnation(),
                        ContainerState.EXITED,
                        old.startedAt(),
                        0,
                        0,
                        old.address()));
    }

    @Override
    public void remove(ContainerId id) {
        containers.remove(id);
    }

    @Override
    public Optional<ContainerStatus> inspect(ContainerId id) {
        return Optional.ofNullable(containers.get(id));
    }

    /** What a container says that it was made with, from now on. */
    public void made(ContainerId id, ContainerMake make) {
        makes.put(id, make);
    }

    @Override
    public Optional<ContainerMake> made(ContainerId id) {
        return Optional.ofNullable(makes.get(id)).filter(make -> containers.containsKey(id));
    }

    @Override
    public boolean isListening(ContainerId id) {
        return containers.containsKey(id);
    }

    @Override
    public List<ContainerStatus> list(EngineId engineId) {
        return list().stream()
                .filter(container -> container.engineId().equals(engineId))
                .toList();
    }

    @Override
    public List<ContainerStatus> list() {
        return List.copyOf(containers.values());
    }

    @Override
    public ContainerStatus createOrAdopt(ContainerSpec spec) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ContainerStatus start(ContainerId id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void pause(ContainerId id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public String reclaimMemory(ContainerId id) {
        return "memory not reclaimed";
    }

    @Override
    public void resume(ContainerId id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public String imageId(ImageRef image, @Nullable String pinned) {
        throw new UnsupportedOperationException();
    }

    @Override
    public BrainMigration migrateBrain(ContainerSpec spec, @Nullable String migratedBy) {
        throw new UnsupportedOperationException();
    }

    @Override
    public String migrationOutput(EngineId engineId, int maxBytes) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Set<EngineId> volumes() {
        return Set.copyOf(volumes);
    }

    @Override
    public void requireVolume(EngineId engineId) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void removeVolume(EngineId engineId) {
        if (!list(engineId).isEmpty()) {
            throw BackendException.lasting("a container has it", null);
        }
        volumes.remove(engineId);
    }

    @Override
    public String output(ContainerId id, int maxBytes) {
        throw new UnsupportedOperationException();
    }

    @Override
    public AutoCloseable watchExits(ExitListener listener) {
        throw new UnsupportedOperationException();
    }

    @Override
    public OutputFeed feed(ContainerId id, int lines, boolean follow) {
        throw new UnsupportedOperationException();
    }
}
