package ai.september.bap.activities.steps;

import ai.september.bap.activities.subprocess.EngineProgram;
import ai.september.bap.testing.registry.TestRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;

/** An engine's program that does as it is told, from its next start on, and notes each process that serves. */
final class SteerableProgram {

    static final String KEY = "sk-ant-api03-handed-on";

    private static final String SCRIPT = """
            #!/bin/sh
            mode=$(cat '@CONTROL@/mode')
            if [ "$1" = migrate ]; then
                case $mode in
                    migration-fails) echo "cannot migrate with $LLM_API_KEY"; exit 3 ;;
                    migration-is-killed) echo "half way with $LLM_API_KEY"; kill -s KILL $$ ;;
                esac
                echo migrated >> "$SQLITE_DB_PATH"; exit
            fi
            echo $$ >> '@CONTROL@/processes'
            case $mode in
                exits) echo "no catalog, key $LLM_API_KEY, hash $ENGINE_KEY_HASH"; exit 3 ;;
                exits-silently) exit 3 ;;
                silent) echo "still waiting with $LLM_API_KEY"; exec sleep 1000 ;;
            esac
            exec java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '@CLASSES@' @ENGINE@
            """;

    private final Path control;
    private final Path folder;

    SteerableProgram(Path home) throws IOException {
        this.control = Files.createDirectories(home.resolve("control"));
        this.folder = home.resolve("dist");
        Path executable = Files.createDirectories(folder.resolve("bin")).resolve("engine");
        Path classes = Path.of(StubEngine.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath());
        Files.writeString(
                executable,
                SCRIPT.replace("@CONTROL@", control.toString())
                        .replace("@CLASSES@", classes.toString())
                        .replace("@ENGINE@", StubEngine.class.getName()));
        Files.setPosixFilePermissions(executable, PosixFilePermissions.fromString("rwxr-xr-x"));
        steer("serves");
    }

    EngineProgram program() {
        return new EngineProgram(
                TestRegistry.IMAGE, folder.resolve("bin/engine"), folder, List.of("serve"), List.of("migrate"));
    }

    static Map<String, String> passthrough() {
        return Map.of("LLM_API_KEY", KEY);
    }

    /**
     * {@code serves}, {@code silent} (lives and never answers), {@code exits}, {@code exits-silently},
     * {@code migration-fails}, {@code migration-is-killed}.
     */
    void steer(String mode) {
        try {
            Files.writeString(control.resolve("mode"), mode);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The processes that were ever started to serve. */
    List<Long> processes() {
        try {
            return Files.readAllLines(control.resolve("processes")).stream()
                    .map(Long::valueOf)
                    .toList();
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
