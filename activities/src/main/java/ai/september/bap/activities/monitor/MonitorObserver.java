package ai.september.bap.activities.monitor;

import java.time.Duration;

/** Who is told how sweeps go. Thread-safe; must not throw. */
@FunctionalInterface
public interface MonitorObserver {

    /** Nobody. */
    MonitorObserver NOBODY = (end, took) -> {};

    /** How a sweep ended. */
    enum End {
        SWEPT,
        /** The container daemon or the database was away: nothing is known, and nothing was concluded. */
        BLIND
    }

    /** A sweep has ended. */
    void ended(End end, Duration took);
}
