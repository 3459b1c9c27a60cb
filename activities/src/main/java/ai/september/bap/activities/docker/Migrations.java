package ai.september.bap.activities.docker;

import ai.september.bap.activities.container.BackendException;
import ai.september.bap.activities.container.ContainerSpec;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.WaitContainerResultCallback;
import java.time.Duration;
import java.util.Optional;

/** Runs of an image's migrate command, each in a container of its own that has the volume and no network. Thread-safe. */
final class Migrations {

    /** Exit codes above this one tell of a signal: killed, not failed. */
    private static final int LAST_OWN_EXIT_CODE = 128;

    private final DaemonCalls calls;
    private final OurContainers containers;
    private final ContainerDefinition definition;
    private final Starts starts;
    private final Duration timeout;

    Migrations(
            DaemonCalls calls,
            OurContainers containers,
            ContainerDefinition definition,
            Starts starts,
            Duration timeout) {
        this.calls = calls;
        this.containers = containers;
        this.definition = definition;
        this.starts = starts;
        this.timeout = timeout;
    }

    /** Something that wants to look at the volume once it is migrated. */
    interface Afterwards<T> {
        T look(String container) throws InterruptedException;
    }

    /**
     * Migrates the brain on the engine's volume. The container of a run that failed stays, for its output; it goes with
     * the next run, or with the engine's other containers.
     */
    <T> T run(ContainerSpec spec, String imageId, Afterwards<T> afterwards) throws InterruptedException {
        String name = Names.migration(spec.engineId());
        if (containers.named(name, spec.engineId()).isPresent()) {
            containers.remove(name);
        }
        String container =
                containers.create(definition.migration(spec, imageId)).value();
        starts.start(container);
        requireSuccess(spec, container);
        T seen = afterwards.look(container);
        containers.remove(container);
        return seen;
    }

    private void requireSuccess(ContainerSpec spec, String container) throws InterruptedException {
        String command = "the migrate command of image " + spec.image();
        int exitCode;
        try {
            exitCode = awaitExit(container);
        } catch (BackendException noAnswer) {
            throw hasEnded(container) ? noAnswer : tooLong(command);
        }
        if (exitCode > LAST_OWN_EXIT_CODE) {
            throw wantedMemory(container)
                    ? BackendException.lasting(
                            command
                                    + " needs more memory than an engine may have: raise ORCH_ENGINE_MEMORY, or memory_mb of the"
                                    + " product's policy",
                            null)
                    : BackendException.passing(command + " was killed", null);
        }
        if (exitCode != 0) {
            throw BackendException.lasting(
                    "%s failed with exit code %d: see the container's output".formatted(command, exitCode), null);
        }
    }

    private boolean wantedMemory(String container) throws InterruptedException {
        return containers
                .find(container)
                .filter(ended -> Boolean.TRUE.equals(ended.getState().getOOMKilled()))
                .isPresent();
    }

    private int awaitExit(String container) throws InterruptedException {
        return calls.call("wait for the end of a migration", timeout, client -> {
            try (WaitContainerResultCallback exit =
                    client.waitContainerCmd(container).exec(new WaitContainerResultCallback())) {
                return exit.awaitStatusCode();
            }
        });
    }

    /** Ends it if it has not. */
    private boolean hasEnded(String container) throws InterruptedException {
        Optional<InspectContainerResponse> running = containers
                .find(container)
                .filter(found -> Boolean.TRUE.equals(found.getState().getRunning()));
        if (running.isPresent()) {
            containers.stop(running.get(), Duration.ZERO);
        }
        return running.isEmpty();
    }

    private BackendException tooLong(String command) {
        return BackendException.passing(
                "%s did not end within %d s: see the container's output".formatted(command, timeout.toSeconds()), null);
    }
}
