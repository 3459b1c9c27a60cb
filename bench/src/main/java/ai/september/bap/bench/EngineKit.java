package ai.september.bap.bench;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** The packaged engine, with a migrated brain to copy: what it takes to run engines without an orchestrator. */
final class EngineKit {

    /** The engine as its build leaves it. */
    static final Path DISTRIBUTION = Path.of("engine", "target", "dist").toAbsolutePath();

    private static final Path JAVA_FOLDER = Path.of(System.getProperty("java.home"), "bin");

    private final Path folder;
    private final Path template;
    private final AtomicInteger engines = new AtomicInteger();

    /** How an engine is started. */
    enum Start {
        /** As the orchestrator does: the launcher with its small heap and its class-data archive. */
        PACKAGED,
        /** Without any flag. */
        PLAIN;

        private List<String> command() {
            return this == PACKAGED
                    ? List.of(DISTRIBUTION.resolve("bin").resolve("engine").toString())
                    : List.of(
                            JAVA_FOLDER.resolve("java").toString(),
                            "-cp",
                            DISTRIBUTION.resolve("september-engine.jar").toString(),
                            "ai.september.engine.Main");
        }
    }

    EngineKit(Path folder) throws IOException, InterruptedException {
        this.folder = Files.createDirectories(folder);
        this.template = Files.createDirectories(folder.resolve("template"));
        Process migration = process(Start.PACKAGED, "migrate", template, 0).start();
        if (migration.waitFor() != 0) {
            throw new IOException("the engine's migrate command failed");
        }
    }

    /** Copies the brain, starts the engine on a free port, and waits for its first healthy answer. */
    BareEngine serve(Start start) throws IOException, InterruptedException {
        return serve(start, newHome());
    }

    /** Starts an engine there, and waits for its first healthy answer. */
    static BareEngine serve(Start start, Home home) throws IOException, InterruptedException {
        return BareEngine.boot(process(start, "serve", home.folder(), home.port()), home.port());
    }

    /** Where an engine lives: its brain's folder, and its port. */
    record Home(Path folder, int port) {}

    /** A home with a copy of the brain and a free port. */
    Home newHome() throws IOException {
        Path home = Files.createDirectories(folder.resolve("engine-" + engines.incrementAndGet()));
        Files.copy(brain(template), brain(home));
        return new Home(home, freePort());
    }

    private static Path brain(Path home) {
        return home.resolve("brain.sqlite");
    }

    private static ProcessBuilder process(Start start, String command, Path home, int port) {
        List<String> line = new ArrayList<>(List.of("setsid"));
        line.addAll(start.command());
        line.add(command);
        ProcessBuilder builder = new ProcessBuilder(line)
                .directory(home.toFile())
                .redirectInput(Redirect.from(new File("/dev/null")))
                .redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(home.resolve("output.log").toFile()));
        builder.environment().clear();
        builder.environment()
                .putAll(Map.of(
                        "SQLITE_DB_PATH", brain(home).toString(),
                        "ENGINE_KEY_HASH", "0".repeat(64),
                        "ENGINE_HOST", "127.0.0.1",
                        "ENGINE_PORT", Integer.toString(port),
                        "CATALOG_DIR", home.toString(),
                        "LLM_PROVIDER", "echo",
                        "HOME", home.toString(),
                        "TMPDIR", home.toString(),
                        "PATH", JAVA_FOLDER + ":/usr/bin:/bin"));
        return builder;
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
