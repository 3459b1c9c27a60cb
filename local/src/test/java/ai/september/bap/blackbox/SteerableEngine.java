package ai.september.bap.blackbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * An engine distribution that runs the reference engine, unless a test tells it to boot slowly, badly or not at all. What
 * it is told counts for boots from then on.
 */
public final class SteerableEngine {

    /** What a key of a provider looks like that the engine came by itself; no orchestrator knows it. */
    public static final String KEY_IN_OUTPUT = "sk-ant-api03-from-the-engines-own-output";

    /** What an engine says as it exits. */
    static final String LAST_WORDS = "no catalogue";

    private static final String SCRIPT = """
            #!/bin/sh
            set -eu
            if [ "$1" = serve ]; then
                while [ -e '@CONTROL@/hold' ]; do sleep 0.02; done
                mode=real
                if [ -e '@CONTROL@/mode' ]; then mode=$(cat '@CONTROL@/mode'); fi
                case $mode in
                    exits)
                        echo "@WORDS@; provider key ${LLM_API_KEY:-none}, hash $ENGINE_KEY_HASH, also @KEY@"
                        exit 3 ;;
                    exits-once) rm '@CONTROL@/mode'; exit 3 ;;
                    silent) exec sleep 1000 ;;
                    talks) tail -s 0.05 -n +1 -f '@CONTROL@/said' & ;;
                    degraded) exec java '@CONTROL@/Degraded.java' ;;
                    saying) exec java '@CONTROL@/Saying.java' '@CONTROL@/health' ;;
                esac
            fi
            exec '@REAL@/bin/engine' "$@"
            """;

    private static final String DEGRADED = """
            import com.sun.net.httpserver.HttpServer;
            import java.net.InetSocketAddress;

            class Degraded {
                public static void main(String[] none) throws Exception {
                    int port = Integer.parseInt(System.getenv("ENGINE_PORT"));
                    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
                    byte[] health = ("{\\"status\\":\\"degraded\\",\\"uptime_seconds\\":1.0,\\"subsystems\\":"
                            + "{\\"brain\\":\\"ok\\",\\"llm_provider\\":\\"error\\"}}").getBytes();
                    server.createContext("/", exchange -> {
                        exchange.sendResponseHeaders(503, health.length);
                        exchange.getResponseBody().write(health);
                        exchange.close();
                    });
                    server.start();
                }
            }
            """;

    /** Answers what stands in a file: a status, and what follows. */
    private static final String SAYING = """
            import com.sun.net.httpserver.HttpServer;
            import java.net.InetSocketAddress;
            import java.nio.file.Files;
            import java.nio.file.Path;

            class Saying {
                public static void main(String[] health) throws Exception {
                    int port = Integer.parseInt(System.getenv("ENGINE_PORT"));
                    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
                    server.createContext("/", exchange -> {
                        String[] answer = Files.readString(Path.of(health[0])).split(" ", 2);
                        byte[] body = answer[1].getBytes();
                        exchange.sendResponseHeaders(Integer.parseInt(answer[0]), body.length);
                        exchange.getResponseBody().write(body);
                        exchange.close();
                    });
                    server.start();
                }
            }
            """;

    private static final String WELL = "200 {\"status\":\"ok\"}";

    private final Path distribution;
    private final Path control;

    private SteerableEngine(Path distribution, Path control) {
        this.distribution = distribution;
        this.control = control;
    }

    /** Makes the distribution under {@code home}. */
    public static SteerableEngine in(Path home) {
        SteerableEngine engine = new SteerableEngine(home.resolve("program"), home.resolve("control"));
        Path real = Path.of("..", "engine", "target", "dist").toAbsolutePath().normalize();
        try {
            Path executable = engine.distribution.resolve("bin").resolve("engine");
            Files.createDirectories(engine.distribution.resolve("bin"));
            Files.createDirectories(engine.control);
            Files.writeString(engine.control.resolve("Degraded.java"), DEGRADED);
            Files.writeString(engine.control.resolve("Saying.java"), SAYING);
            Files.writeString(engine.control.resolve("health"), WELL);
            Files.writeString(
                    executable,
                    SCRIPT.replace("@CONTROL@", engine.control.toString())
                            .replace("@REAL@", real.toString())
                            .replace("@WORDS@", LAST_WORDS)
                            .replace("@KEY@", KEY_IN_OUTPUT));
            Files.setPosixFilePermissions(executable, PosixFilePermissions.fromString("rwxr-xr-x"));
            return engine;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The folder to give a worker as its engine. */
    public Path distribution() {
        return distribution;
    }

    /** Boots stand still, their process alive, until the hold is closed. */
    public Steering hold() {
        return steer("hold", "");
    }

    /** Engines exit as they boot, with keys in their output. */
    public Steering exiting() {
        return steer("mode", "exits");
    }

    /** The next engine exits as it boots; those after it run. */
    public Steering exitingOnce() {
        return steer("mode", "exits-once");
    }

    /** Engines live and never answer. */
    public Steering silent() {
        return steer("mode", "silent");
    }

    /** Engines answer that their provider is away, and nothing else is. */
    public Steering degraded() {
        return steer("mode", "degraded");
    }

    /** Engines answer whatever they are told to, all the same; at first that they are well. */
    public Steering saying() {
        return steer("mode", "saying");
    }

    /** Engines that boot while they are {@link #saying} answer this from now on, until it is closed. */
    public Steering say(int status, String health) {
        Path said = control.resolve("health");
        write(said, status + " " + health);
        return () -> write(said, WELL);
    }

    private static void write(Path path, String content) {
        try {
            Path next = path.resolveSibling(path.getFileName() + ".next");
            Files.writeString(next, content);
            Files.move(next, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Engines run, and print what is {@link #print said}. */
    public Steering talking() {
        write("said", "", StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
        return steer("mode", "talks");
    }

    /** What engines that talk print from now on. */
    public void print(String text) {
        write("said", text, StandardOpenOption.APPEND);
    }

    private void write(String file, String text, OpenOption... options) {
        try {
            Files.writeString(control.resolve(file), text, options);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The program is gone, as after a clean build or the removal of an image. */
    public Steering missing() {
        Path executable = distribution.resolve("bin").resolve("engine");
        Path away = distribution.resolve("bin").resolve("away");
        move(executable, away);
        return () -> {
            if (Files.exists(away)) {
                move(away, executable);
            }
        };
    }

    private static void move(Path from, Path to) {
        try {
            Files.move(from, to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Steering steer(String file, String content) {
        Path path = control.resolve(file);
        write(file, content);
        return () -> {
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    /** Something out of the ordinary, until it is closed; closing it twice is harmless. */
    public interface Steering extends AutoCloseable {

        @Override
        void close();
    }
}
