package ai.september.bap.process.configuration;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How engines are watched over, and restarted when they fail.
 *
 * @param interval from one sweep over a host's engines to the next
 * @param timeout what one probe may take
 * @param maxFailures so many probes in a row that fail make an engine a failed one
 * @param massFailureHold how long restarts are held back at most when half of a host's engines fail at once
 * @param hostGrace engines of a host of which nothing has been heard for so long count as failed
 * @param backoffBase from a failure to the first restart; doubled with each further one
 * @param backoffMax the longest of these pauses
 * @param maxAttempts most restarts until somebody has to look
 * @param stableAfter an engine that was up for so long before it failed again begins anew
 * @param restartsAtOnce most restarts that are under way on a host at the same time
 */
public record HealthSettings(
        Duration interval,
        Duration timeout,
        int maxFailures,
        Duration massFailureHold,
        Duration hostGrace,
        Duration backoffBase,
        Duration backoffMax,
        int maxAttempts,
        Duration stableAfter,
        int restartsAtOnce) {

    private static final int HOUR_S = 3_600;
    private static final int DAY_S = 24 * HOUR_S;
    private static final int LEAST_GRACE_S = 60;
    private static final int MOST_FAILURES = 100;
    private static final int MOST_ATTEMPTS = 1_000;
    private static final int MOST_AT_ONCE = 1_000;

    public HealthSettings {
        requireNonNull(interval, "interval");
        requireNonNull(timeout, "timeout");
        requireNonNull(massFailureHold, "massFailureHold");
        requireNonNull(hostGrace, "hostGrace");
        requireNonNull(backoffBase, "backoffBase");
        requireNonNull(backoffMax, "backoffMax");
        requireNonNull(stableAfter, "stableAfter");
    }

    static Draft<HealthSettings> read(SettingsReader in) {
        Setting<Duration> interval = in.seconds("health.interval", 1, HOUR_S);
        Setting<Duration> timeout = in.seconds("health.timeout", 1, HOUR_S);
        Setting<Integer> maxFailures = in.whole("health.maxFailures", 1, MOST_FAILURES);
        Setting<Duration> hold = in.seconds("health.massFailureHold", 1, DAY_S);
        Setting<Duration> grace = in.seconds("health.hostGrace", LEAST_GRACE_S, DAY_S);
        Setting<Duration> base = in.seconds("restart.backoffBase", 1, DAY_S);
        Setting<Duration> max = in.seconds("restart.backoffMax", 1, DAY_S);
        if (base.isGood() && max.isGood() && max.value().compareTo(base.value()) < 0) {
            in.problem("restart.backoffMax", "is shorter than the first pause; raise it, or lower the other");
        }
        Setting<Integer> attempts = in.whole("restart.maxAttempts", 1, MOST_ATTEMPTS);
        Setting<Duration> stable = in.seconds("restart.stableAfter", 1, DAY_S);
        Setting<Integer> atOnce = in.whole("restart.atOnce", 1, MOST_AT_ONCE);
        return () -> new HealthSettings(
                interval.value(),
                timeout.value(),
                maxFailures.value(),
                hold.value(),
                grace.value(),
                base.value(),
                max.value(),
                attempts.value(),
                stable.value(),
                atOnce.value());
    }
}
