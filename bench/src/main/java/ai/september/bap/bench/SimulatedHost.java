package ai.september.bap.bench;

import ai.september.bap.activities.container.BrainMigration;
import ai.september.bap.activities.container.ContainerBackend;
import ai.september.bap.activities.container.ContainerId;
import ai.september.bap.activities.container.ContainerSpec;
import ai.september.bap.activities.container.ContainerState;
import ai.september.bap.activities.container.ContainerStatus;
import ai.september.bap.activities.container.ExitListener;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.ImageRef;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A host whose containers are all one small server, at an address of 127.0.0.0/8 each. They can be listed, and no more. */
final class SimulatedHost implements ContainerBackend {

    private final List<ContainerStatus> containers;

    SimulatedHost(List<EngineId> engines, int port) {
        List<ContainerStatus> all = new ArrayList<>();
        for (EngineId engine : engines) {
            int number = all.size() + 1;
            String address = String.format(Locale.ROOT, "http://127.1.%d.%d:%d", number / 250, 1 + number % 250, port);
            all.add(new ContainerStatus(
                    new ContainerId("simulated-" + number),
                    engine,
                    1,
                    ContainerState.RUNNING,
                    null,
                    null,
                    0,
                    URI.create(address)));
        }
        this.containers = List.copyOf(all);
    }

    @Override
    public List<ContainerStatus> list() {
        return containers;
    }

    @Override
    public List<ContainerStatus> list(EngineId engineId) {
        return containers.stream()
                .filter(one -> one.engineId().equals(engineId))
                .toList();
    }

    @Override
    public Optional<ContainerStatus> inspect(ContainerId id) {
        return containers.stream().filter(one -> one.id().equals(id)).findFirst();
    }

    @Override
    public AutoCloseable watchExits(ExitListener listener) {
        return () -> {};
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
    public void stop(ContainerId id, Duration grace) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void pause(ContainerId id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void resume(ContainerId id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void remove(ContainerId id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isListening(ContainerId id) {
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
        throw new UnsupportedOperationException();
    }

    @Override
    public void requireVolume(EngineId engineId) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void removeVolume(EngineId engineId) {
        throw new UnsupportedOperationException();
    }

    @Override
    public String output(ContainerId id, int maxBytes) {
        throw new UnsupportedOperationException();
    }
}
