package ai.september.bap.worker;

import ai.september.bap.activities.subprocess.EngineProgram;
import ai.september.bap.activities.subprocess.LogLimits;
import ai.september.bap.activities.subprocess.SubprocessBackend;
import ai.september.bap.activities.subprocess.SubprocessSettings;
import ai.september.bap.process.configuration.EngineSettings;
import ai.september.bap.registry.id.HostId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Makes the container backend that the configuration names. */
final class Backends {

    private static final HostId LOCAL = new HostId("local");

    private static final Duration MIGRATE_TIMEOUT = Duration.ofMinutes(2);

    private Backends() {}

    static SubprocessBackend subprocess(EngineSettings engine, Map<String, String> variables) {
        Path folder = engine.subprocess().folder();
        Path distribution = engine.subprocess().distribution();
        EngineProgram program = new EngineProgram(
                engine.image(),
                distribution.resolve("bin").resolve("engine"),
                distribution,
                java.util.List.of("serve"),
                engine.migrateCommand());
        return new SubprocessBackend(new SubprocessSettings(
                folder.resolve("engines"),
                folder.resolve("templates"),
                program,
                passthrough(engine, variables),
                engine.catalogPath().orElse(null),
                MIGRATE_TIMEOUT,
                LogLimits.DEFAULT));
    }

    /** The variables that every engine gets: the ones named, as far as they are set. */
    static Map<String, String> passthrough(EngineSettings engine, Map<String, String> variables) {
        Map<String, String> selected = new LinkedHashMap<>();
        for (String name : engine.envPassthrough()) {
            String value = variables.get(name);
            if (value != null) {
                selected.put(name, value);
            }
        }
        return selected;
    }

    static HostId hostId(EngineSettings engine) {
        return engine.hostId().orElse(LOCAL);
    }
}
