package ai.september.bap.activities.subprocess;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link SubprocessBackend} works with.
 *
 * @param engines folder that holds one folder per engine; one orchestrator at a time
 * @param templates folder for brains to copy
 * @param program the engine
 * @param passthrough variables for every engine, selected already; they hold provider keys
 * @param catalog the operator's catalog; null if there is none, then engines see an empty folder
 * @param migrateTimeout time limit of one run of the migrate command
 */
public record SubprocessSettings(
        Path engines,
        Path templates,
        EngineProgram program,
        Map<String, String> passthrough,
        @Nullable Path catalog,
        Duration migrateTimeout,
        LogLimits logs) {

    public SubprocessSettings {
        engines = engines.toAbsolutePath().normalize();
        templates = templates.toAbsolutePath().normalize();
        requireNonNull(program, "program");
        passthrough = Map.copyOf(passthrough);
        catalog = catalog == null ? null : catalog.toAbsolutePath().normalize();
        requireNonNull(migrateTimeout, "migrateTimeout");
        requireNonNull(logs, "logs");
    }

    /** Without the values that are passed through. */
    @Override
    public String toString() {
        return "SubprocessSettings[" + engines + ", " + program + ", passthrough [REDACTED]]";
    }
}
