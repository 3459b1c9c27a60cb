package ai.september.bap.api.activity;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * When things were last used, as long as it is not written down: of each the latest time, to ten milliseconds, of so many at
 * most. What cannot be written stays. Thread-safe; one flush at a time.
 */
final class Stamps<K> {

    /** What one statement writes: some ten milliseconds' work. */
    static final int BATCH = 5_000;

    /** What is used by many at once is not fought over. */
    private static final long RESOLUTION_NS = TimeUnit.MILLISECONDS.toNanos(10);

    private final int most;
    private final LongSupplier nanoTime;
    private final Map<K, Long> waiting = new ConcurrentHashMap<>();
    private final LongAdder dropped = new LongAdder();

    /** Of at most about {@code most} things; further ones are dropped, and counted. */
    Stamps(int most, LongSupplier nanoTime) {
        this.most = most;
        this.nanoTime = nanoTime;
    }

    /** Writes things down, each with its age in microseconds. */
    interface Writer<K> {
        void write(List<K> things, List<Long> ages);
    }

    /** Something is used now; false if that is dropped. Does not block. */
    boolean stamp(K thing) {
        long now = nanoTime.getAsLong();
        @Nullable Long known = waiting.get(thing);
        if (known != null && now - known < RESOLUTION_NS) {
            return true;
        }
        if (known == null && waiting.size() >= most) {
            dropped.increment();
            return false;
        }
        waiting.put(thing, now);
        return true;
    }

    /** How many things wait to be written. */
    int waiting() {
        return waiting.size();
    }

    /** How many stamps were dropped. */
    long dropped() {
        return dropped.sum();
    }

    /** Writes down every stamp of before this call; what the writer fails with leaves the rest waiting. */
    void flush(Writer<K> writer) {
        List<Map.Entry<K, Long>> taken = new ArrayList<>();
        waiting.forEach((thing, since) -> taken.add(Map.entry(thing, since)));
        for (int from = 0; from < taken.size(); from += BATCH) {
            List<Map.Entry<K, Long>> batch = taken.subList(from, Math.min(from + BATCH, taken.size()));
            write(batch, writer);
            // What was used again meanwhile has another time, and waits for the next flush.
            batch.forEach(stamp -> waiting.remove(stamp.getKey(), stamp.getValue()));
        }
    }

    private void write(List<Map.Entry<K, Long>> batch, Writer<K> writer) {
        long now = nanoTime.getAsLong();
        writer.write(
                batch.stream().map(Map.Entry::getKey).toList(),
                batch.stream()
                        .map(stamp -> TimeUnit.NANOSECONDS.toMicros(now - stamp.getValue()))
                        .toList());
    }
}
