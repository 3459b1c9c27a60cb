package ai.september.bap.worker.interleaving;

import static java.util.Objects.requireNonNull;

import ai.september.bap.activities.container.BrainMigration;
import ai.september.bap.activities.container.ContainerId;
import ai.september.bap.activities.container.ContainerSpec;
import ai.september.bap.activities.container.ContainerStatus;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.ImageRef;
import ai.september.bap.worker.MemoryBackend;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A host whose containers are in memory; every call of a step waits at the gate before it does anything. Thread-safe. */
final class SimulatedHost extends MemoryBackend {

    static final String IMAGE_ID = "sha256:simulated";

    private final Map<EngineId, Daemon> daemons = new ConcurrentHashMap<>();
    private final Doors doors;

    SimulatedHost(Doors doors) {
        this.doors = doors;
    }

    /** What is done to that engine is done there. */
    void house(EngineId engine, Daemon daemon) {
        daemons.put(engine, daemon);
    }

    private static void park(String what) {
        Gate.Actor actor = Gate.current();
        if (actor != null) {
            Gate.Fate unusedFate = actor.park(what);
        }
    }

    private @Nullable URI address(EngineId engine) {
        Gate.Actor actor = Gate.current();
        return actor == null ? null : doors.of(actor, () -> daemon(engine).answers(engine));
    }

    private Daemon daemon(EngineId engine) {
        return requireNonNull(daemons.get(engine), "an engine that nobody asked for");
    }

    private Daemon daemon(ContainerId id) {
        return daemon(engineOf(id));
    }

    private static EngineId engineOf(ContainerId id) {
        return EngineId.parse(id.value().substring(0, id.value().indexOf('#')));
    }

    @Override
    public ContainerStatus createOrAdopt(ContainerSpec spec) {
        park("makes its container");
        return daemon(spec.engineId()).createOrAdopt(spec, address(spec.engineId()));
    }

    @Override
    public ContainerStatus start(ContainerId id) {
        park("starts its process");
        return daemon(id).start(id, address(engineOf(id)));
    }

    @Override
    public void stop(ContainerId id, Duration grace) {
        park("stops its process");
        daemon(id).stop(id);
    }

    @Override
    public void pause(ContainerId id) {
        park("freezes its process");
        daemon(id).pause(id);
    }

    @Override
    public void resume(ContainerId id) {
        park("thaws its process");
        daemon(id).resume(id);
    }

    @Override
    public void remove(ContainerId id) {
        park("removes its container");
        daemon(id).remove(id);
    }

    @Override
    public Optional<ContainerStatus> inspect(ContainerId id) {
        park("looks at its container");
        return daemon(id).inspect(id, address(engineOf(id)));
    }

    @Override
    public boolean isListening(ContainerId id) {
        return daemon(id).answers(engineOf(id));
    }

    @Override
    public List<ContainerStatus> list(EngineId engine) {
        park("looks for its containers");
        return daemon(engine).list(engine, address(engine));
    }

    @Override
    public String imageId(ImageRef image, @Nullable String pinned) {
        return IMAGE_ID;
    }

    @Override
    public BrainMigration migrateBrain(ContainerSpec spec, @Nullable String migratedBy) {
        park("migrates its brain");
        daemon(spec.engineId()).migrateBrain(spec.engineId());
        return new BrainMigration(
                IMAGE_ID.equals(migratedBy) ? BrainMigration.Outcome.SKIPPED : BrainMigration.Outcome.MIGRATED,
                IMAGE_ID);
    }

    @Override
    public void requireVolume(EngineId engine) {
        daemon(engine).requireVolume(engine);
    }

    @Override
    public void removeVolume(EngineId engine) {
        park("removes its volume");
        daemon(engine).removeVolume(engine);
    }

    @Override
    public String output(ContainerId id, int maxBytes) {
        return "";
    }
}
