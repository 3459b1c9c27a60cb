package ai.september.bap.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** What is bounded, before something and at most during it: looked at all the time in a thread of its own. */
final class Peaks implements AutoCloseable {

    private static final long PAUSE_NS = 2_000_000;

    private final List<Gauge> gauges;
    private final AtomicLongArray before;
    private final AtomicLongArray most;
    private final Thread watch = new Thread(this::watch, "peaks");
    private volatile boolean over;
    private volatile @Nullable Exception failure;

    /** A number that can be looked at often. */
    interface Gauge {
        long now() throws Exception;
    }

    private Peaks(List<Gauge> gauges) {
        this.gauges = List.copyOf(gauges);
        this.before = new AtomicLongArray(gauges.size());
        this.most = new AtomicLongArray(gauges.size());
    }

    /** Looks at each once, which is how it is before, and watches them from then on. */
    static Peaks of(List<Gauge> gauges) throws Exception {
        Peaks peaks = new Peaks(gauges);
        peaks.look();
        for (int which = 0; which < gauges.size(); which++) {
            peaks.before.set(which, peaks.most.get(which));
        }
        peaks.watch.start();
        return peaks;
    }

    private void watch() {
        try {
            while (!over) {
                look();
                LockSupport.parkNanos(PAUSE_NS);
            }
        } catch (Exception failed) {
            failure = failed;
        }
    }

    private void look() throws Exception {
        for (int which = 0; which < gauges.size(); which++) {
            most.accumulateAndGet(which, gauges.get(which).now(), Math::max);
        }
    }

    /** How each was before and at most so far, in the order in which they were given. */
    List<Object> cells() {
        if (failure != null) {
            throw new IllegalStateException("could not be looked at", failure);
        }
        List<Object> cells = new ArrayList<>();
        for (int which = 0; which < gauges.size(); which++) {
            cells.add(before.get(which));
            cells.add(most.get(which));
        }
        return cells;
    }

    @Override
    public void close() throws InterruptedException {
        over = true;
        watch.join();
    }
}
