package ai.september.bap.activities.docker;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last messages of those that a daemon has, bounded in bytes. Not thread-safe. */
final class PrintedMessages {

    private static final int MOST_BYTES = 2 << 20;

    private final Deque<Message> kept = new ArrayDeque<>();
    private int count;
    private long bytes;

    void add(Message message) {
        kept.add(message);
        count++;
        bytes += message.text().remaining();
        while (bytes > MOST_BYTES) {
            bytes -= kept.removeFirst().text().remaining();
        }
    }

    /** The oldest first. */
    List<Message> kept() {
        return List.copyOf(kept);
    }

    /**
     * Whether these are all that the container has ever printed: fewer than were asked for, and too little for the daemon
     * to have dropped older ones.
     */
    boolean areAll(int asked) {
        return count < asked && kept.size() == count;
    }

    /** How many there were. */
    int count() {
        return count;
    }
}
