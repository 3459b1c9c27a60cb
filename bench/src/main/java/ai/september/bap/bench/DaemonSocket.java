package ai.september.bap.bench;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The container daemon's API without a client around it, at the socket that the stack's worker has. Thread-safe. */
record DaemonSocket(Path path) {

    private static final String DONE = "HTTP/1.1 204";

    /** Where it is, as {@code docker-compose.yml} has it. */
    static DaemonSocket ofStack() {
        return new DaemonSocket(Path.of(System.getenv().getOrDefault("DOCKER_SOCKET", "/var/run/docker.sock")));
    }

    /**
     * Has something done that has no answer, and waits for it.
     *
     * @throws IOException if it is not done
     */
    void post(String target) throws IOException {
        String request =
                "POST " + target + " HTTP/1.1\r\nHost: daemon\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        try (SocketChannel socket = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                socket.write(bytes);
            }
            String answer = new String(Channels.newInputStream(socket).readAllBytes(), StandardCharsets.UTF_8);
            if (!answer.startsWith(DONE)) {
                throw new IOException(target + ": " + answer);
            }
        }
    }
}
