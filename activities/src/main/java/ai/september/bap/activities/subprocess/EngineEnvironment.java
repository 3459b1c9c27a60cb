package ai.september.bap.activities.subprocess;

import ai.september.bap.activities.container.ContainerSpec;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The variables that an engine gets: those of the engine contract, and nothing else. */
record EngineEnvironment(Map<String, String> passthrough) {

    private static final String SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";

    EngineEnvironment {
        passthrough = Map.copyOf(passthrough);
    }

    /** All variables for a process of that container that works on that brain. */
    Map<String, String> of(ContainerFolder container, ContainerSpec spec, Path brain) {
        Map<String, String> variables = new HashMap<>(passthrough);
        variables.put("ENGINE_KEY_HASH", spec.keyHash());
        variables.put("SQLITE_DB_PATH", brain.toString());
        variables.put("CATALOG_DIR", container.catalog().toString());
        variables.put("ENGINE_HOST", "127.0.0.1");
        variables.put("ENGINE_PORT", Integer.toString(spec.requirePort()));
        variables.put("PATH", javaFolder() + ":" + SYSTEM_PATH);
        variables.put("HOME", container.home().toString());
        variables.put("TMPDIR", container.temporary().toString());
        return variables;
    }

    /** What every process of that container carries, and no other. */
    static String mark(ContainerFolder container) {
        return "HOME=" + container.home();
    }

    /** Where the engine finds {@code java}: the one that runs this. */
    private static Path javaFolder() {
        return Path.of(System.getProperty("java.home"), "bin");
    }

    /** Without values. */
    @Override
    public String toString() {
        return "EngineEnvironment[REDACTED]";
    }
}
