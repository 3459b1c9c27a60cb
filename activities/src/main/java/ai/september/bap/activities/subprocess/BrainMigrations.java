package ai.september.bap.activities.subprocess;

import ai.september.bap.activities.container.BackendException;
import ai.september.bap.activities.container.BrainMigration.Outcome;
import ai.september.bap.activities.container.ContainerSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Brings brains to an image's schema: by a copy where the brain is new, else by the engine's migrate command. */
final class BrainMigrations {

    /** Exit codes above this one tell of a signal: killed, not failed. */
    private static final int LAST_OWN_EXIT_CODE = 128;

    /** What is made to be copied for every user must not hold anything of the one for whom it is made. */
    private static final String NOBODYS_KEY_HASH = "0".repeat(64);

    private final EngineRuns runs;
    private final EngineProcesses processes;
    private final BrainTemplates templates;
    private final Duration timeout;

    BrainMigrations(EngineRuns runs, EngineProcesses processes, BrainTemplates templates, Duration timeout) {
        this.runs = runs;
        this.processes = processes;
        this.templates = templates;
        this.timeout = timeout;
    }

    /** Migrates the engine's brain, nothing skipped; the container gives the process its place and keeps its output. */
    Outcome migrate(EngineFolder engine, ContainerFolder container, ContainerSpec spec, String imageId)
            throws IOException, InterruptedException {
        if (engine.isVolumeEmpty()
                && templates.copy(
                        imageId, engine.brain(), brain -> run(container, spec.withKeyHash(NOBODYS_KEY_HASH), brain))) {
            return Outcome.COPIED;
        }
        run(container, spec, engine.brain());
        return Outcome.MIGRATED;
    }

    private void run(ContainerFolder container, ContainerSpec spec, Path brain)
            throws IOException, InterruptedException {
        try {
            Launch launch = runs.start(container, spec, Launch.Kind.MIGRATE, brain);
            boolean ended = processes.awaitEnd(launch, timeout);
            requireSuccess(spec, ended, launch.exitCode());
        } finally {
            processes.endAll(container);
        }
    }

    private void requireSuccess(ContainerSpec spec, boolean ended, @Nullable Integer exitCode) {
        String command = "the migrate command of image " + spec.image();
        if (!ended) {
            throw BackendException.passing(
                    "%s did not end within %d s: see the container's output".formatted(command, timeout.toSeconds()),
                    null);
        }
        if (exitCode == null || exitCode > LAST_OWN_EXIT_CODE) {
            throw BackendException.passing(command + " was killed, perhaps for want of memory", null);
        }
        if (exitCode != 0) {
            throw BackendException.lasting(
                    "%s failed with exit code %d: see the container's output".formatted(command, exitCode), null);
        }
    }
}
