package ai.september.bap.activities.subprocess;

import ai.september.bap.activities.container.ContainerSpec;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.ImageRef;
import ai.september.bap.registry.id.ProductId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Engines of few lines of shell, for one test's folder. */
final class FakeEngines {

    static final ImageRef IMAGE = new ImageRef("september-engine:test");
    static final String KEY_HASH = "ab".repeat(32);

    /** Serves until it is told to end, and migrates by writing that it did. */
    static final String WELL_BEHAVED = """
            case "$1" in
                migrate) echo migrated >> "$SQLITE_DB_PATH" ;;
                serve) trap 'exit 0' TERM; echo serving; while :; do sleep 1000 & wait $!; done ;;
            esac
            """;

    private final Path home;

    FakeEngines(Path home) {
        this.home = home;
    }

    /** Settings for an engine that runs the script with {@code serve} or {@code migrate} as {@code $1}. */
    SubprocessSettings settings(String script) {
        return settingsOf(program(script));
    }

    SubprocessSettings settingsOf(EngineProgram program) {
        return settings(program, Duration.ofSeconds(20), LogLimits.DEFAULT);
    }

    SubprocessSettings settings(EngineProgram program, Duration migrateTimeout, LogLimits logs) {
        Path state = home.resolve("state");
        return new SubprocessSettings(
                state.resolve("engines"), state.resolve("templates"), program, Map.of(), null, migrateTimeout, logs);
    }

    EngineProgram program(String script) {
        try {
            Path folder = home.resolve("dist");
            Path executable = folder.resolve("bin").resolve("engine");
            Files.createDirectories(FileTree.parent(executable));
            Files.writeString(executable, "#!/bin/sh\n" + script);
            Files.setPosixFilePermissions(executable, PosixFilePermissions.fromString("rwxr-xr-x"));
            return distribution(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A program in {@code bin/engine} with the commands {@code serve} and {@code migrate}. */
    static EngineProgram distribution(Path folder) {
        return new EngineProgram(IMAGE, folder.resolve("bin/engine"), folder, List.of("serve"), List.of("migrate"));
    }

    EngineProgram programWithoutMigrate(String script) {
        EngineProgram program = program(script);
        return new EngineProgram(
                program.image(), program.executable(), program.content(), program.serveArguments(), List.of());
    }

    /** A new engine's spec, at a port that is free now. */
    static ContainerSpec spec() {
        return spec(EngineId.random(), 1, freePort());
    }

    static ContainerSpec spec(EngineId engine, int incarnation, int port) {
        return new ContainerSpec(engine, ProductId.random(), incarnation, IMAGE, null, port, KEY_HASH);
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
