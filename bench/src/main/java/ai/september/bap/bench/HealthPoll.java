package ai.september.bap.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Asks an engine on this machine every 5 ms until its answer is healthy. */
final class HealthPoll {

    private static final byte[] PROBE =
            "GET /health HTTP/1.1\r\nHost: engine\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final String HEALTHY = "HTTP/1.1 200";
    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private HealthPoll() {}

    /**
     * Returns with the first healthy answer.
     *
     * @param alive whether there is still something to ask
     * @throws IOException if it is gone, or has not become healthy within a minute
     */
    static void await(int port, BooleanSupplier alive) throws IOException, InterruptedException {
        long start = System.nanoTime();
        while (!isHealthy(port)) {
            if (!alive.getAsBoolean() || System.nanoTime() - start > TIMEOUT.toNanos()) {
                throw new IOException("the engine did not become healthy");
            }
            Thread.sleep(PAUSE.toMillis());
        }
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
}
