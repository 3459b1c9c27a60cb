package ai.september.bap.local.processes;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A way to the real container daemon that can be cut, as if the daemon were away, and opened again. */
final class DockerSocket implements AutoCloseable {

    private static final int BUFFER = 1 << 16;

    private final Path real;
    private final Path path;
    private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();
    private @Nullable ServerSocketChannel listener;

    /** Cut at first. */
    DockerSocket(Path real, Path path) {
        this.real = real;
        this.path = path;
    }

    String address() {
        return "unix://" + path;
    }

    void open() throws IOException {
        ServerSocketChannel server =
                ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(path));
        listener = server;
        daemon(() -> {
            while (true) {
                SocketChannel caller = server.accept();
                SocketChannel callee = SocketChannel.open(UnixDomainSocketAddress.of(real));
                connections.add(caller);
                connections.add(callee);
                daemon(() -> pump(caller, callee));
                daemon(() -> pump(callee, caller));
            }
        });
    }

    void cut() throws IOException {
        if (listener != null) {
            listener.close();
            listener = null;
        }
        Files.deleteIfExists(path);
        for (SocketChannel connection : connections) {
            connection.close();
        }
        connections.clear();
    }

    private static void pump(SocketChannel from, SocketChannel to) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(BUFFER);
        while (from.read(bytes) >= 0) {
            bytes.flip();
            while (bytes.hasRemaining()) {
                to.write(bytes);
            }
            bytes.clear();
        }
        to.shutdownOutput();
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void daemon(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException cut) {
                // As wanted, or as the other side did it.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        cut();
    }
}
