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

    /** Engines and templates under {@code home}, no catalog, two minutes to migrate, default log limits. */
    public static SubprocessSettings under(Path home, EngineProgram program, Map<String, String> passthrough) {
        return new SubprocessSettings(
                home.resolve("engines"),
                home.resolve("templates"),
                program,
                passthrough,
                null,
                Duration.ofMinutes(2),
                LogLimits.DEFAULT);
    }

    public SubprocessSettings withCatalog(@Nullable Path folder) {
        return new SubprocessSettings(engines, templates, program, passthrough, folder, migrateTimeout, logs);
    }

    public SubprocessSettings withMigrateTimeout(Duration timeout) {
        return new SubprocessSettings(engines, templates, program, passthrough, catalog, timeout, logs);
    }

    public SubprocessSettings withLogs(LogLimits limits) {
        return new SubprocessSettings(engines, templates, program, passthrough, catalog, migrateTimeout, limits);
    }

    /** Without the values that are passed through. */
    @Override
    public String toString() {
        return "SubprocessSettings[" + engines + ", " + program + ", passthrough [REDACTED]]";
    }
}
