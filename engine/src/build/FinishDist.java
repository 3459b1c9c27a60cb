import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.sqlite.util.LibraryLoaderUtil;

/**
 * The last step of the packaging, run by Maven: unpacks the native SQLite library of this platform, and runs the packaged
 * engine once to make its class-data archive. Without an archive the engine is slower to boot, so failing to make one is
 * a warning; without the native library it unpacks one at each boot, likewise.
 */
final class FinishDist {

    private static final String KEY = "sk-sept-dry-run";

    private final Path dist;

    private FinishDist(Path dist) {
        this.dist = dist;
    }

    public static void main(String[] arguments) throws IOException {
        FinishDist finish = new FinishDist(Path.of(arguments[0]).toAbsolutePath());
        finish.makeExecutable();
        finish.attempt("native SQLite library", finish::unpackNative);
        finish.attempt("class-data archive", finish::archiveClasses);
    }

    private void makeExecutable() throws IOException {
        if (!dist.resolve("bin/engine").toFile().setExecutable(true, false)) {
            throw new IOException("bin/engine cannot be made executable");
        }
    }

    private void attempt(String what, Step step) {
        try {
            step.run();
        } catch (Exception e) {
            System.err.println("[WARNING] no " + what + " was made, the engine will boot slower: " + e);
        }
    }

    private void unpackNative() throws IOException {
        String name = LibraryLoaderUtil.getNativeLibName();
        String resource = LibraryLoaderUtil.getNativeLibResourcePath() + "/" + name;
        Path folder = Files.createDirectories(dist.resolve("native"));
        try (InputStream in = LibraryLoaderUtil.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException("the driver has none for this platform: " + resource);
            }
            Files.copy(in, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private void archiveClasses() throws Exception {
        Files.deleteIfExists(dist.resolve("engine.jsa"));
        Path scratch = Files.createTempDirectory("engine-dry-run");
        try {
            run(engine(scratch, "migrate").start());
            Process engine = engine(scratch, "serve").start();
            try {
                use(engine);
            } finally {
                engine.toHandle().destroy(); // unlike Process.destroy it leaves the output readable
            }
            run(engine);
        } finally {
            delete(scratch);
        }
        if (!Files.exists(dist.resolve("engine.jsa"))) {
            throw new IOException("the JVM wrote none");
        }
    }

    private ProcessBuilder engine(Path scratch, String command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(dist.resolve("bin/engine").toString(), command);
        builder.redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("LLM_") || name.startsWith("ENGINE_"));
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("SQLITE_DB_PATH", scratch.resolve("brain.sqlite").toString());
        if (command.equals("serve")) {
            environment.put("ENGINE_ARCHIVE_OPTION", "-XX:ArchiveClassesAtExit=engine.jsa");
            environment.put("ENGINE_KEY_HASH", sha256(KEY));
            environment.put("ENGINE_HOST", "127.0.0.1");
            environment.put("ENGINE_PORT", "0");
            environment.put("LLM_PROVIDER", "echo");
        }
        return builder;
    }

    private static void use(Process engine) throws Exception {
        String base = "http://127.0.0.1:" + port(engine.inputReader());
        HttpClient client = HttpClient.newHttpClient();
        for (int turn = 1; turn <= 2; turn++) {
            expectOk(
                    client, HttpRequest.newBuilder(URI.create(base + "/health")).build());
            expectOk(
                    client,
                    HttpRequest.newBuilder(URI.create(base + "/execute"))
                            .header("X-Engine-Key", KEY)
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(
                                    "{\"message\":\"dry run\",\"task_id\":\"dry-run\"}"))
                            .build());
            expectOk(
                    client,
                    HttpRequest.newBuilder(URI.create(base + "/execute/replay?task_id=dry-run"))
                            .header("X-Engine-Key", KEY)
                            .build());
        }
    }

    private static String port(BufferedReader output) throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            int at = line.indexOf("serving on port ");
            if (at >= 0) {
                return line.substring(at + "serving on port ".length()).split(" ")[0];
            }
        }
        throw new IOException("the engine did not boot");
    }

    private static void expectOk(HttpClient client, HttpRequest request) throws Exception {
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException(request.uri() + " answered " + response.statusCode() + " " + response.body());
        }
    }

    private static void run(Process process) throws Exception {
        String output = new String(process.getInputStream().readAllBytes());
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException("the engine failed: " + output.strip());
        }
    }

    private static String sha256(String text) throws Exception {
        byte[] hash = java.security.MessageDigest.getInstance("SHA-256").digest(text.getBytes());
        return HexFormat.of().formatHex(hash);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.delete(file);
            }
        }
    }

    private interface Step {
        void run() throws Exception;
    }
}
