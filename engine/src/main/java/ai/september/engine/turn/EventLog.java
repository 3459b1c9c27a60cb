package ai.september.engine.turn;

import ai.september.engine.brain.EventRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The events of one turn, growing while it runs. Any number of readers follow it, each at its own pace; a slow or lost
 * one holds up nobody. Thread-safe.
 */
public final class EventLog {

    private final List<EventRow> events = new ArrayList<>();
    private boolean ended;

    /** A log that is complete. */
    public static EventLog ended(List<EventRow> events) {
        EventLog log = new EventLog();
        log.events.addAll(events);
        log.ended = true;
        return log;
    }

    synchronized void append(EventRow event) {
        events.add(event);
        notifyAll();
    }

    /** Appends what is last, at once with the end. */
    synchronized void end(List<EventRow> last) {
        events.addAll(last);
        ended = true;
        notifyAll();
    }

    synchronized int size() {
        return events.size();
    }

    synchronized List<EventRow> snapshot() {
        return List.copyOf(events);
    }

    /** The position of the first event whose number is above the given one. */
    public synchronized int positionAfter(long seq) {
        int position = 0;
        while (position < events.size() && events.get(position).seq() <= seq) {
            position++;
        }
        return position;
    }

    /** The event at a position, waiting for it for so long; null if there is none by then, or will never be. */
    public synchronized @Nullable EventRow await(int position, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (position >= events.size() && !ended) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return null;
            }
            wait(left);
        }
        return position < events.size() ? events.get(position) : null;
    }

    /** Whether there will be nothing at this position. */
    public synchronized boolean isEndedAt(int position) {
        return ended && position >= events.size();
    }
}
