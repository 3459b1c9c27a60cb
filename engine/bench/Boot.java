import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Boots the engine again and again, the variants in turn so that a busy machine is unfair to none. Prints medians: time
 * from process start to the first healthy answer, processor time used until then, resident memory half a second later,
 * and time from SIGTERM to the end.
 */
final class Boot {

    private static final long TICK_MS = 10; // of /proc/<pid>/stat

    public static void main(String[] arguments) throws Exception {
        Path dist = Path.of(arguments[0]).toAbsolutePath().normalize();
        int runs = Integer.parseInt(arguments[1]);
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Variant plain = new Variant("java -jar", List.of(java, "-jar", dist + "/september-engine.jar"));
        Variant packaged = new Variant("bin/engine", List.of(dist + "/bin/engine"));
        Path scratch = Files.createTempDirectory("engine-boot");
        environment = Map.of(
                "JAVA_HOME", System.getProperty("java.home"),
                "SQLITE_DB_PATH", scratch.resolve("brain.sqlite").toString(),
                "ENGINE_KEY_HASH", "0".repeat(64),
                "ENGINE_HOST", "127.0.0.1",
                "LLM_PROVIDER", "echo");
        if (start(packaged, "migrate", "0").waitFor() != 0) {
            throw new IOException("migrate failed");
        }
        for (int run = 0; run < runs; run++) {
            plain.runs.add(boot(plain));
            packaged.runs.add(boot(packaged));
        }
        Files.deleteIfExists(scratch.resolve("brain.sqlite.lock"));
        Files.deleteIfExists(scratch.resolve("brain.sqlite"));
        Files.delete(scratch);
        report(plain, packaged, runs);
    }

    private static Map<String, String> environment = Map.of();

    private static Process start(Variant variant, String command, String port) throws IOException {
        List<String> line = new ArrayList<>(variant.command);
        line.add(command);
        ProcessBuilder builder = new ProcessBuilder(line).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(environment);
        builder.environment().put("ENGINE_PORT", port);
        return builder.start();
    }

    private static Run boot(Variant variant) throws Exception {
        int port = freePort();
        long from = System.nanoTime();
        Process process = start(variant, "serve", Integer.toString(port));
        while (!isHealthy(port)) {
            if (!process.isAlive()) {
                throw new IOException(variant.name + " ended with " + process.exitValue());
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
        double boot = (System.nanoTime() - from) / 1e6;
        double processor = processorMs(process.pid());
        TimeUnit.MILLISECONDS.sleep(500);
        double resident = residentMb(process.pid());
        long stopFrom = System.nanoTime();
        process.destroy();
        process.waitFor();
        return new Run(boot, processor, resident, (System.nanoTime() - stopFrom) / 1e6);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean isHealthy(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream()
                    .write("GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            return new String(in.readNBytes(12), StandardCharsets.US_ASCII).endsWith(" 200");
        } catch (IOException notYet) {
            return false;
        }
    }

    private static double processorMs(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * TICK_MS;
    }

    private static double residentMb(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
            }
        }
        throw new IOException("no VmRSS");
    }

    private static void report(Variant plain, Variant packaged, int runs) {
        System.out.printf(
                "JDK %s, %d runs each, medians%n%-12s %9s %9s %9s %9s%n",
                System.getProperty("java.version"), runs, "", "boot ms", "cpu ms", "RSS MB", "stop ms");
        print(plain.name, plain.median());
        print(packaged.name, packaged.median());
        Run p = plain.median();
        Run e = packaged.median();
        System.out.printf(
                Locale.ROOT,
                "%-12s %9.2f %9.2f %9.2f%n",
                "ratio",
                e.boot / p.boot,
                e.processor / p.processor,
                e.resident / p.resident);
    }

    private static void print(String name, Run run) {
        System.out.printf(
                Locale.ROOT, "%-12s %9.0f %9.0f %9.1f %9.0f%n", name, run.boot, run.processor, run.resident, run.stop);
    }

    private record Run(double boot, double processor, double resident, double stop) {}

    private record Variant(String name, List<String> command, List<Run> runs) {

        Variant(String name, List<String> command) {
            this(name, command, new ArrayList<>());
        }

        Run median() {
            return new Run(
                    median(runs.stream().map(Run::boot).toList()),
                    median(runs.stream().map(Run::processor).toList()),
                    median(runs.stream().map(Run::resident).toList()),
                    median(runs.stream().map(Run::stop).toList()));
        }

        private static double median(List<Double> values) {
            List<Double> sorted = values.stream().sorted().toList();
            return sorted.get(sorted.size() / 2);
        }
    }
}
