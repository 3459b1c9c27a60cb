package ai.september.bap.worker.interleaving;

import ai.september.bap.activities.container.BackendException;
import ai.september.bap.activities.container.ContainerId;
import ai.september.bap.activities.container.ContainerSpec;
import ai.september.bap.activities.container.ContainerState;
import ai.september.bap.activities.container.ContainerStatus;
import ai.september.bap.registry.id.EngineId;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What one user's engines have beside a container daemon, with the rules of the real backends: one container for each
 * incarnation; none is started while another one of its engine lives, though whoever tries to is told of; what is dead can be
 * neither frozen nor thawed. Whatever it is asked to do is looked at for what must never be. Thread-safe.
 */
final class Daemon {

    private final List<Container> containers = new ArrayList<>();
    private final Set<EngineId> volumes = new HashSet<>();
    private final Consumer<String> onViolation;
    private int made;

    Daemon(Consumer<String> onViolation) {
        this.onViolation = onViolation;
    }

    private static final class Container {

        final ContainerId id;
        final EngineId engine;
        final int incarnation;
        final int port;
        final String keyHash;
        ContainerState state = ContainerState.CREATED;

        @Nullable
        Instant startedAt;

        boolean crashed;

        Container(ContainerId id, ContainerSpec spec) {
            this.id = id;
            this.engine = spec.engineId();
            this.incarnation = spec.incarnation();
            this.port = spec.requirePort();
            this.keyHash = spec.keyHash();
        }

        boolean isLive() {
            return state == ContainerState.RUNNING || state == ContainerState.PAUSED;
        }

        boolean isMadeFor(ContainerSpec spec) {
            return port == spec.requirePort() && keyHash.equals(spec.keyHash());
        }

        ContainerStatus status(@Nullable URI address) {
            return new ContainerStatus(
                    id, engine, incarnation, state, startedAt, crashed ? 137 : null, 0, isLive() ? address : null);
        }
    }

    synchronized ContainerStatus createOrAdopt(ContainerSpec spec, @Nullable URI address) {
        volumes.add(spec.engineId());
        Optional<Container> existing = containers.stream()
                .filter(container ->
                        container.engine.equals(spec.engineId()) && container.incarnation == spec.incarnation())
                .findFirst();
        if (existing.filter(container -> container.isMadeFor(spec)).isPresent()) {
            return existing.get().status(address);
        }
        existing.ifPresent(containers::remove);
        Container created = new Container(new ContainerId(spec.engineId() + "#" + ++made), spec);
        containers.add(created);
        return created.status(address);
    }

    synchronized ContainerStatus start(ContainerId id, @Nullable URI address) {
        Container container = require(id);
        if (!container.isLive()) {
            for (Container other : containers) {
                if (other.isLive()) {
                    onViolation.accept("a process was to be started beside a live one");
                    throw BackendException.lasting("container " + other.id + " lives: stop it first", null);
                }
            }
            volumes.add(container.engine);
            container.state = ContainerState.RUNNING;
            container.startedAt = Instant.now();
            container.crashed = false;
        }
        return container.status(address);
    }

    synchronized void stop(ContainerId id) {
        find(id).filter(Container::isLive).ifPresent(container -> container.state = ContainerState.EXITED);
    }

    synchronized void pause(ContainerId id) {
        requireLive(id).state = ContainerState.PAUSED;
    }

    synchronized void resume(ContainerId id) {
        requireLive(id).state = ContainerState.RUNNING;
    }

    synchronized void remove(ContainerId id) {
        containers.removeIf(container -> container.id.equals(id));
    }

    synchronized void migrateBrain(EngineId engine) {
        if (isAny(engine, Container::isLive)) {
            onViolation.accept("a brain was migrated beside a live process");
        }
        volumes.add(engine);
    }

    synchronized void requireVolume(EngineId engine) {
        if (!volumes.contains(engine)) {
            throw BackendException.lasting("the volume of engine " + engine + " is gone", null);
        }
    }

    synchronized void removeVolume(EngineId engine) {
        if (isAny(engine, container -> true)) {
            throw BackendException.lasting("a container has the volume of engine " + engine, null);
        }
        volumes.remove(engine);
    }

    synchronized Optional<ContainerStatus> inspect(ContainerId id, @Nullable URI address) {
        return find(id).map(container -> container.status(address));
    }

    synchronized List<ContainerStatus> list(EngineId engine, @Nullable URI address) {
        return containers.stream()
                .filter(container -> container.engine.equals(engine))
                .map(container -> container.status(address))
                .toList();
    }

    /** Whether one of the engine's processes answers. */
    synchronized boolean answers(EngineId engine) {
        return isAny(engine, container -> container.state == ContainerState.RUNNING);
    }

    /** Its process ends by itself, or is killed. */
    synchronized boolean crash() {
        Optional<Container> live = containers.stream().filter(Container::isLive).findFirst();
        live.ifPresent(container -> {
            container.state = ContainerState.EXITED;
            container.crashed = true;
        });
        return live.isPresent();
    }

    /** Whether the engine's process of that incarnation has crashed and was not started again. */
    synchronized boolean hasCrashed(EngineId engine, int incarnation) {
        return isAny(engine, container -> container.incarnation == incarnation && container.crashed);
    }

    /** The states in which the engine's live processes are, with their incarnations. */
    synchronized List<String> live(EngineId engine) {
        return containers.stream()
                .filter(container -> container.engine.equals(engine) && container.isLive())
                .map(container -> container.state + " #" + container.incarnation)
                .toList();
    }

    /** Whether there is anything of the engine. */
    synchronized boolean hasAnything(EngineId engine) {
        return volumes.contains(engine) || isAny(engine, container -> true);
    }

    /** The ports that live processes have. */
    synchronized List<Integer> livePorts() {
        return containers.stream()
                .filter(Container::isLive)
                .map(container -> container.port)
                .toList();
    }

    /** Whether the live process of an engine, if there is one, goes by that key. */
    synchronized boolean goesBy(EngineId engine, String keyHash) {
        return !isAny(engine, container -> container.isLive() && !container.keyHash.equals(keyHash));
    }

    private boolean isAny(EngineId engine, Predicate<Container> such) {
        return containers.stream().anyMatch(container -> container.engine.equals(engine) && such.test(container));
    }

    private Optional<Container> find(ContainerId id) {
        return containers.stream().filter(container -> container.id.equals(id)).findFirst();
    }

    private Container require(ContainerId id) {
        return find(id).orElseThrow(
                        () -> BackendException.lasting("container " + id + " does not exist: create it first", null));
    }

    private Container requireLive(ContainerId id) {
        Container container = require(id);
        if (!container.isLive()) {
            throw BackendException.lasting("container " + id + " is not running: start it first", null);
        }
        return container;
    }
}
