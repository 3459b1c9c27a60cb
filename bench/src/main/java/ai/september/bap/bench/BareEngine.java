package ai.september.bap.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * An engine process that nothing manages.
 *
 * @param boot from before the process was made to its first healthy answer
 */
record BareEngine(Process process, Duration boot) implements AutoCloseable {

    private static final byte[] PROBE =
            "GET /health HTTP/1.1\r\nHost: engine\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final String HEALTHY = "HTTP/1.1 200";
    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Duration IDLE_FOR = Duration.ofSeconds(1);
    private static final Duration IDLE_WITHIN = Duration.ofSeconds(10);

    /** The resolution of a process's CPU time. */
    private static final Duration TICK = Duration.ofMillis(10);

    /** Starts the process and asks every 5 ms until the answer is healthy. */
    static BareEngine boot(ProcessBuilder builder, int port) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Process process = builder.start();
        while (!isHealthy(port)) {
            if (!process.isAlive() || System.nanoTime() - start > TIMEOUT.toNanos()) {
                process.destroyForcibly();
                throw new IOException("the engine did not become healthy");
            }
            Thread.sleep(PAUSE.toMillis());
        }
        return new BareEngine(process, Duration.ofNanos(System.nanoTime() - start));
    }

    private static boolean isHealthy(int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            socket.setSoTimeout((int) TIMEOUT.toMillis());
            socket.getOutputStream().write(PROBE);
            byte[] answer = socket.getInputStream().readNBytes(HEALTHY.length());
            return new String(answer, StandardCharsets.US_ASCII).equals(HEALTHY);
        } catch (SocketException | SocketTimeoutException notYet) {
            return false;
        }
    }

    /** Waits until the process has used no CPU time for a second. */
    void awaitIdle() throws InterruptedException {
        long end = System.nanoTime() + IDLE_WITHIN.toNanos();
        Duration before;
        do {
            before = cpu();
            Thread.sleep(IDLE_FOR.toMillis());
        } while (cpu().minus(before).compareTo(TICK) > 0 && System.nanoTime() < end);
    }

    Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** Resident memory in MB; with {@code Pss} its fair share of pages that processes have in common. */
    double memory(String field) throws IOException {
        Path rollup = Path.of("/proc", Long.toString(process.pid()), "smaps_rollup");
        return Files.readAllLines(rollup).stream()
                .filter(line -> line.startsWith(field + ":"))
                .mapToDouble(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0)
                .findFirst()
                .orElseThrow(() -> new IOException(String.format(Locale.ROOT, "%s has no %s", rollup, field)));
    }

    /** Ends it gracefully, and by force where that does not help. */
    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
