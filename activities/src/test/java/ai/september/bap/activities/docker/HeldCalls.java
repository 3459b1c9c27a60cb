package ai.september.bap.activities.docker;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Stands before the real daemon and holds calls of one kind back, as a busy daemon does, until it is told to let them
 * through. What was held is carried out then, whether or not its caller still waits.
 */
final class HeldCalls implements AutoCloseable {

    private static final Path DAEMON = Path.of("/var/run/docker.sock");
    private static final int BUFFER = 1 << 16;

    private final Path socket;
    private final String kind;
    private final ServerSocketChannel server;
    private final Queue<SocketChannel> channels = new ConcurrentLinkedQueue<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicReference<@Nullable SocketChannel> heldFrom = new AtomicReference<>();
    private final CountDownLatch held = new CountDownLatch(1);
    private final CountDownLatch gate = new CountDownLatch(1);
    private final CountDownLatch answered = new CountDownLatch(1);

    /** Listens at {@code socket}, and holds back what is posted to a path that contains {@code kind}. */
    HeldCalls(Path socket, String kind) throws IOException {
        this.socket = socket;
        this.kind = kind;
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
        background(() -> {
            while (true) {
                serve(server.accept());
            }
        });
    }

    /** The real daemon, by way of this. */
    DockerDaemon daemon() {
        return DockerDaemon.at(new DaemonAddress("unix://" + socket, false, null));
    }

    /** Returns once a call is held. */
    void awaitCall() throws InterruptedException {
        held.await();
    }

    /** Lets through what is held, and holds nothing any more. */
    void letThrough() {
        gate.countDown();
    }

    /** Returns once the daemon has done what was held. */
    void awaitAnswer() throws InterruptedException {
        answered.await();
    }

    private void serve(SocketChannel caller) throws IOException {
        SocketChannel daemon = SocketChannel.open(UnixDomainSocketAddress.of(DAEMON));
        channels.add(caller);
        channels.add(daemon);
        background(() -> pass(caller, daemon, call -> hold(call, daemon)));
        background(() -> pass(daemon, caller, answer -> note(daemon)));
    }

    private interface Look {
        void at(ByteBuffer bytes) throws InterruptedException;
    }

    /** What one side says goes to the other, as long as that one listens. */
    private static void pass(SocketChannel from, SocketChannel to, Look look) throws IOException, InterruptedException {
        ByteBuffer bytes = ByteBuffer.allocate(BUFFER);
        while (from.read(bytes.clear()) >= 0) {
            look.at(bytes.flip());
            while (bytes.hasRemaining()) {
                to.write(bytes);
            }
        }
    }

    /** A client begins a call only when it has read the answer to the one before: so a call begins what is read. */
    private void hold(ByteBuffer call, SocketChannel daemon) throws InterruptedException {
        String text = StandardCharsets.US_ASCII.decode(call.duplicate()).toString();
        String line = text.lines().findFirst().orElse("");
        if (line.startsWith("POST ") && line.contains(kind)) {
            heldFrom.compareAndSet(null, daemon);
            held.countDown();
            gate.await();
        }
    }

    private void note(SocketChannel answering) {
        if (gate.getCount() == 0 && answering.equals(heldFrom.get())) {
            answered.countDown();
        }
    }

    private interface Task {
        void run() throws IOException, InterruptedException;
    }

    private void background(Task task) {
        threads.execute(() -> {
            try {
                task.run();
            } catch (IOException over) {
                // One side has hung up, or this is closed.
            } catch (InterruptedException closing) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (SocketChannel channel : channels) {
            channel.close();
        }
        threads.shutdownNow();
    }
}
