package ai.september.bap.activities.docker;

import ai.september.bap.activities.container.BackendException;
import ai.september.bap.activities.container.ContainerId;
import ai.september.bap.registry.id.EngineId;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.Container;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Containers of this installation, each verb one or two calls of the daemon. Thread-safe. */
final class OurContainers {

    private static final Duration REMOVE_TIME = Duration.ofMinutes(2);

    /** What a stop takes beyond its grace. */
    private static final Duration STOP_SLACK = Duration.ofSeconds(30);

    private static final long GONE_PAUSE_MS = 50;

    private final DaemonCalls calls;
    private final Labels labels;

    OurContainers(DaemonCalls calls, Labels labels) {
        this.calls = calls;
        this.labels = labels;
    }

    Optional<InspectContainerResponse> find(String idOrName) throws InterruptedException {
        try {
            return Optional.of(calls.call(
                    "look at a container",
                    client -> client.inspectContainerCmd(idOrName).exec()));
        } catch (NotFoundException gone) {
            return Optional.empty();
        }
    }

    /**
     * The engine's container of that name.
     *
     * @throws BackendException if somebody else's container has that name
     */
    Optional<InspectContainerResponse> named(String name, EngineId engineId) throws InterruptedException {
        Optional<InspectContainerResponse> found = find(name);
        if (found.filter(container -> !labels.areOurs(container.getConfig().getLabels(), engineId))
                .isPresent()) {
            throw BackendException.lasting(
                    ("a container named %s is there that this installation did not make: remove or rename it"
                                    + " (docker rename %s …)")
                            .formatted(name, name),
                    null);
        }
        return found;
    }

    /** Of one engine, of whatever name. */
    List<Container> list(EngineId engineId) throws InterruptedException {
        return list(labels.select(engineId));
    }

    List<Container> list() throws InterruptedException {
        return list(labels.selectOurs());
    }

    private List<Container> list(List<String> filters) throws InterruptedException {
        return calls.call(
                "list containers",
                client -> client.listContainersCmd()
                        .withShowAll(true)
                        .withLabelFilter(filters)
                        .exec());
    }

    /**
     * Makes a container.
     *
     * @throws ConflictException if its name is taken
     * @throws NotFoundException if its image is gone
     */
    ContainerId create(CreateContainerCmd definition) throws InterruptedException {
        return new ContainerId(calls.make(
                "create a container",
                DaemonCalls.QUICK,
                client -> definition.exec().getId()));
    }

    /** SIGTERM, SIGKILL after the grace; thawed first. No-op if it does not run, or is gone. */
    void stop(InspectContainerResponse container, Duration grace) throws InterruptedException {
        try {
            if (Boolean.TRUE.equals(container.getState().getPaused())) {
                boolean unusedOutcome = thaw(container.getId());
            }
            // To the second, which is as exact as the daemon is.
            int seconds = (int) grace.plusMillis(999).toSeconds();
            calls.tell(
                    "stop a container",
                    grace.plus(STOP_SLACK),
                    client -> client.stopContainerCmd(container.getId())
                            .withTimeout(seconds)
                            .exec());
        } catch (NotModifiedException | NotFoundException endedAlready) {
            // As wanted.
        }
    }

    /**
     * Thaws a container that is frozen; somebody else may just have done so.
     *
     * @return whether it was frozen; not if it is gone
     */
    boolean thaw(String id) throws InterruptedException {
        try {
            calls.tell(
                    "unpause a container",
                    DaemonCalls.QUICK,
                    client -> client.unpauseContainerCmd(id).exec());
            return true;
        } catch (ConflictException | NotFoundException notFrozen) {
            return false;
        } catch (BackendException failed) {
            if (failed.getCause() instanceof DockerException refusal && DaemonFaults.isNotFrozen(refusal)) {
                return false;
            }
            throw failed;
        }
    }

    /** Kills what lives in it, and returns when it is gone; its anonymous volumes go with it, named ones stay. */
    void remove(String id) throws InterruptedException {
        try {
            calls.tell(
                    "remove a container",
                    REMOVE_TIME,
                    client -> client.removeContainerCmd(id)
                            .withForce(true)
                            .withRemoveVolumes(true)
                            .exec());
        } catch (ConflictException beingRemoved) {
            awaitGone(id);
        } catch (NotFoundException gone) {
            // As wanted.
        }
    }

    private void awaitGone(String id) throws InterruptedException {
        long deadline = System.nanoTime() + REMOVE_TIME.toNanos();
        while (find(id).isPresent()) {
            if (System.nanoTime() > deadline) {
                throw BackendException.passing("container " + id + " is being removed, and does not go", null);
            }
            Thread.sleep(GONE_PAUSE_MS);
        }
    }
}
