package ai.september.bap.activities.docker;

import ai.september.bap.activities.container.OutputFeed;
import ai.september.bap.activities.container.OutputLine;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.transport.DockerHttpClient;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What containers have printed. Thread-safe. */
final class ContainerOutput {

    private static final int MOST_LINES = 2_000;

    /** The two streams take turns: the rest of a line may come a few messages after the cut. */
    private static final int MARGIN = 9;

    private final DaemonCalls calls;
    private final DockerHttpClient http;

    ContainerOutput(DaemonCalls calls, DockerHttpClient http) {
        this.calls = calls;
        this.http = http;
    }

    /** The last of it, both streams in their order; empty if there is none, or no such container. */
    String tail(String container, int maxBytes) throws InterruptedException {
        try {
            return calls.call("read the output of a container", client -> {
                try (Tail tail = new Tail(maxBytes)) {
                    client.logContainerCmd(container)
                            .withStdOut(true)
                            .withStdErr(true)
                            .withTail(MOST_LINES)
                            .exec(tail)
                            .awaitCompletion();
                    return tail.text();
                }
            });
        } catch (NotFoundException | ConflictException gone) {
            return "";
        }
    }

    /**
     * The last lines, and those to come if the container is followed. What the daemon shows first may be the rest of a long
     * line, which could hold half a key; so more is asked for than is shown.
     *
     * @param live whether a process of the container lives, which may go on with its last line
     */
    OutputFeed feed(String container, int lines, boolean follow, boolean live) throws InterruptedException {
        int asked = lines + MARGIN;
        PrintedMessages printed = printed(container, asked);
        boolean all = printed.areAll(asked);
        Messages messages = new Messages(all ? Math.max(0, printed.count() - lines) : MARGIN, !all);
        return follow && live
                ? follow(container, messages, all ? Integer.MAX_VALUE : asked)
                : new ReadOutput(last(printed, messages, lines, live));
    }

    private PrintedMessages printed(String container, int asked) throws InterruptedException {
        return calls.call("read the output of a container", client -> {
            PrintedMessages printed = new PrintedMessages();
            Optional<MessageStream> opened = MessageStream.open(http, container, asked, false);
            if (opened.isPresent()) {
                try (MessageStream stream = opened.get()) {
                    for (var next = stream.next(); next.isPresent(); next = stream.next()) {
                        printed.add(next.get());
                    }
                }
            }
            return printed;
        });
    }

    private static List<OutputLine> last(PrintedMessages printed, Messages messages, int most, boolean live) {
        List<OutputLine> lines = new ArrayList<>();
        printed.kept().forEach(message -> lines.addAll(messages.add(message)));
        if (!live) {
            lines.addAll(messages.finish());
        }
        return lines.subList(Math.max(0, lines.size() - most), lines.size());
    }

    private OutputFeed follow(String container, Messages messages, int tail) {
        return new ContainerFeed(() -> MessageStream.open(http, container, tail, true), messages);
    }

    /** The last bytes of what goes by. */
    private static final class Tail extends ResultCallback.Adapter<Frame> {

        private final int maxBytes;
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

        Tail(int maxBytes) {
            this.maxBytes = maxBytes;
        }

        @Override
        public synchronized void onNext(Frame frame) {
            kept.writeBytes(frame.getPayload());
            if (kept.size() > 2 * maxBytes) {
                byte[] last = last();
                kept.reset();
                kept.writeBytes(last);
            }
        }

        private byte[] last() {
            byte[] all = kept.toByteArray();
            int from = Math.max(0, all.length - maxBytes);
            return Arrays.copyOfRange(all, from, all.length);
        }

        synchronized String text() {
            return new String(last(), StandardCharsets.UTF_8);
        }
    }
}
