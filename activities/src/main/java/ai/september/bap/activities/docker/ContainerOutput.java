package ai.september.bap.activities.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Frame;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What containers have printed. Thread-safe. */
final class ContainerOutput {

    private static final int MOST_LINES = 2_000;

    private final DaemonCalls calls;

    ContainerOutput(DaemonCalls calls) {
        this.calls = calls;
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
