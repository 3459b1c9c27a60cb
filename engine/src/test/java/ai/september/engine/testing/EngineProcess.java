package ai.september.engine.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The packaged engine as a real process, with its brain in a folder of the test. */
public final class EngineProcess implements AutoCloseable {

    public static final String KEY = "sk-sept-test";

    private static final int PATIENCE_S = 60;

    private final Process process;
    private final List<String> output = new ArrayList<>();
    private final CompletableFuture<Integer> port = new CompletableFuture<>();
    private final Thread reader;

    private EngineProcess(Process process) {
        this.process = process;
        this.reader = new Thread(this::read, "engine output");
        reader.setDaemon(true);
        reader.start();
    }

    /** What the engine is given; without anything else it echoes on a free port. */
    public static Map<String, String> environment(Path folder) {
        Map<String, String> environment = new HashMap<>();
        environment.put("ENGINE_KEY_HASH", sha256(KEY));
        environment.put("SQLITE_DB_PATH", brain(folder).toString());
        environment.put("CATALOG_DIR", folder.resolve("catalog").toString());
        environment.put("ENGINE_HOST", "127.0.0.1");
        environment.put("ENGINE_PORT", "0");
        environment.put("LLM_PROVIDER", "echo");
        return environment;
    }

    public static Path brain(Path folder) {
        return folder.resolve("brain.sqlite");
    }

    public static Path dist() {
        return Path.of(System.getProperty("engine.dist"));
    }

    /** Runs a command and does not wait. */
    public static EngineProcess run(Path dist, Map<String, String> environment, String... command) throws IOException {
        List<String> line = new ArrayList<>();
        line.add(dist.resolve("bin/engine").toString());
        line.addAll(List.of(command));
        ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
        String path = builder.environment().get("PATH");
        builder.environment().clear();
        builder.environment().put("PATH", path);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        return new EngineProcess(builder.start());
    }

    /** Migrates the brain and serves it, once it listens. */
    public static EngineProcess serve(Map<String, String> environment) throws Exception {
        return serve(dist(), environment);
    }

    public static EngineProcess serve(Path dist, Map<String, String> environment) throws Exception {
        EngineProcess migrate = run(dist, environment, "migrate");
        if (migrate.awaitExit() != 0) {
            throw new IllegalStateException("migrate failed: " + migrate.output());
        }
        EngineProcess engine = run(dist, environment, "serve");
        engine.port.get(PATIENCE_S, TimeUnit.SECONDS);
        return engine;
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                take(line);
            }
        } catch (IOException streamClosed) {
            take("(output closed)");
        }
        port.completeExceptionally(new IllegalStateException("the engine ended: " + output()));
    }

    private void take(String line) {
        synchronized (output) {
            output.add(line);
        }
        int at = line.indexOf("serving on port ");
        if (at >= 0) {
            String rest = line.substring(at + "serving on port ".length());
            port.complete(Integer.valueOf(rest.substring(0, rest.indexOf(' '))));
        }
    }

    public EngineClient client() {
        return new EngineClient("http://127.0.0.1:" + port.join(), KEY);
    }

    public long pid() {
        return process.pid();
    }

    /** As the container daemon does it. */
    public EngineProcess terminate() {
        process.toHandle().destroy();
        return this;
    }

    public EngineProcess kill() throws InterruptedException {
        process.toHandle().destroyForcibly();
        awaitExit();
        return this;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public int awaitExit() throws InterruptedException {
        if (!process.waitFor(PATIENCE_S, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the engine does not end: " + output());
        }
        reader.join();
        return process.exitValue();
    }

    public String output() {
        synchronized (output) {
            return String.join("\n", output);
        }
    }

    @Override
    public void close() {
        process.toHandle().destroyForcibly();
        process.onExit().join();
    }

    private static String sha256(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
