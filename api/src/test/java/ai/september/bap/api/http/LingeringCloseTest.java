package ai.september.bap.api.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of a connection whose request was answered while its body was still on the way. */
class LingeringCloseTest {

    private static final int PATIENCE_MILLIS = 10_000;
    private static final String REFUSED = "/engines/provision";
    private static final int PIECE = 1 << 16;

    /** It takes its time, as on a slow line or a busy machine: 1.5 seconds for 3 MiB. */
    @ParameterizedTest
    @CsvSource({"/engines/provision, 401", "/faults/reading, 413"})
    void aSlowSenderIsHeardOut(String path, int status) throws IOException {
        try (Socket client = request(path, 3 * JsonBody.MAX_BYTES)) {
            for (int sent = 0; sent < 3 * JsonBody.MAX_BYTES; sent += PIECE) {
                LockSupport.parkNanos(30_000_000);
                write(client, PIECE);
            }

            assertThat(answer(client)).startsWith("HTTP/1.1 " + status + " ");
        }
    }

    @Test
    void whoSendsWithoutEndIsCutOff() throws IOException {
        try (Socket client = request(REFUSED, 1024 * JsonBody.MAX_BYTES)) {
            assertThat(answer(client)).startsWith("HTTP/1.1 401 ");

            assertThatThrownBy(() -> write(client, 64 * JsonBody.MAX_BYTES)).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void whoTricklesIsCutOff() throws IOException {
        try (Socket client = request(REFUSED, JsonBody.MAX_BYTES + 1)) {
            assertThat(answer(client)).startsWith("HTTP/1.1 401 ");
            long answered = System.nanoTime();

            assertThatThrownBy(() -> {
                        while (System.nanoTime() - answered < PATIENCE_MILLIS * 3_000_000L) {
                            LockSupport.parkNanos(100_000_000);
                            write(client, 1);
                        }
                    })
                    .isInstanceOf(SocketException.class);
        }
    }

    private static Socket request(String path, int length) throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), ProbeServer.port());
        client.setSoTimeout(PATIENCE_MILLIS);
        String head = "POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "
                + length + "\r\n\r\n";
        client.getOutputStream().write(head.getBytes(ISO_8859_1));
        return client;
    }

    private static void write(Socket client, int bytes) throws IOException {
        OutputStream body = client.getOutputStream();
        byte[] piece = new byte[Math.min(bytes, PIECE)];
        for (int sent = 0; sent < bytes; sent += piece.length) {
            body.write(piece);
        }
    }

    /** All that comes until the server has no more to say. */
    private static String answer(Socket client) throws IOException {
        return new String(client.getInputStream().readAllBytes(), ISO_8859_1);
    }
}
