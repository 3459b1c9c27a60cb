package ai.september.bap.activities.monitor;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How engines are watched over.
 *
 * @param interval from one sweep to the next
 * @param timeout what one probe may take
 * @param maxFailures so many probes in a row that fail make an engine a failed one
 * @param hold how long restarts are held back at most when half of the engines fail at once
 * @param stable what is on record of an engine that has been well for so long is forgotten
 */
public record MonitorSettings(Duration interval, Duration timeout, int maxFailures, Duration hold, Duration stable) {

    public MonitorSettings {
        requireNonNull(interval, "interval");
        requireNonNull(timeout, "timeout");
        requireNonNull(hold, "hold");
        requireNonNull(stable, "stable");
        if (maxFailures < 1) {
            throw new IllegalArgumentException("maxFailures has to be 1 or more");
        }
    }

    /**
     * Over which part of the interval the probes of a sweep begin: so that the last of them, should it take all its time,
     * ends with the interval.
     */
    Duration spread() {
        Duration rest = interval.minus(timeout);
        Duration half = interval.dividedBy(2);
        return rest.compareTo(half) < 0 ? half : rest;
    }

    /** How many probes that take all their time fit into an interval, one after the other. */
    int probesPerInterval() {
        return (int) Math.max(1, interval.toMillis() / Math.max(1, timeout.toMillis()));
    }
}
