package ai.september.bap.activities.docker;

import ai.september.bap.activities.container.OutputFeed;
import ai.september.bap.activities.container.OutputLine;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What a container prints, as it does. A thread waits for the daemon, until the feed is closed; it reads as fast as the feed
 * is read, so the daemon keeps what nobody has asked for yet.
 */
final class ContainerFeed implements OutputFeed {

    private static final int MOST_WAITING = 32;
    private static final int OFFER_MS = 200;
    private static final AtomicInteger COUNTER = new AtomicInteger();

    private final BlockingQueue<Message> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final Messages messages;
    private @Nullable MessageStream stream;
    private volatile @Nullable Exception fault;
    private volatile boolean ended;
    private volatile boolean closed;
    private boolean over;

    /** Where the messages come from. */
    interface Source {
        /** Empty if there is no such container. */
        Optional<MessageStream> open() throws IOException;
    }

    /** Begins to read. */
    ContainerFeed(Source source, Messages messages) {
        this.messages = messages;
        Thread reader = new Thread(() -> read(source), "container-output-" + COUNTER.incrementAndGet());
        reader.setDaemon(true);
        reader.start();
    }

    private void read(Source source) {
        try {
            Optional<MessageStream> opened = source.open();
            if (opened.isPresent() && keep(opened.get())) {
                pass(opened.get());
            }
        } catch (IOException | RuntimeException broken) {
            fault = broken;
        } catch (InterruptedException nobodyDoes) {
            Thread.currentThread().interrupt();
        } finally {
            ended = true;
            closeStream();
        }
    }

    private synchronized boolean keep(MessageStream opened) {
        stream = opened;
        return !closed;
    }

    private synchronized void closeStream() {
        if (stream != null) {
            stream.close();
        }
    }

    private void pass(MessageStream from) throws IOException, InterruptedException {
        Optional<Message> next = from.next();
        while (next.isPresent() && !closed) {
            Message message = next.get();
            while (!closed && !waiting.offer(message, OFFER_MS, TimeUnit.MILLISECONDS)) {
                // Whoever reads is slow.
            }
            next = from.next();
        }
    }

    @Override
    public List<OutputLine> next(Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        List<OutputLine> lines = List.of();
        while (lines.isEmpty() && !isOver() && System.nanoTime() < end) {
            // Asked before it is looked whether there is something: nothing comes after the end.
            boolean last = ended;
            Message message = waiting.poll(last ? 0 : OFFER_MS, TimeUnit.MILLISECONDS);
            if (message != null) {
                lines = messages.add(message);
            } else if (last) {
                lines = finish();
            }
        }
        return lines;
    }

    private List<OutputLine> finish() {
        over = true;
        Exception broken = fault;
        if (broken != null && !closed) {
            throw DaemonFaults.of("read the output of a container", broken);
        }
        return messages.finish();
    }

    @Override
    public boolean isOver() {
        return over || closed;
    }

    @Override
    public void close() {
        closed = true;
        closeStream();
    }
}
