package ai.september.bap.process.configuration;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How a worker puts right what rows and reality disagree about.
 *
 * @param interval how often it looks, about
 * @param grace how old a container without a row becomes before it is removed
 */
public record ReconcilerSettings(Duration interval, Duration grace) {

    private static final int MAX_SECONDS = 86_400;

    public ReconcilerSettings {
        requireNonNull(interval, "interval");
        requireNonNull(grace, "grace");
    }

    static Draft<ReconcilerSettings> read(SettingsReader in) {
        Setting<Duration> interval = in.seconds("reconciler.interval", 1, MAX_SECONDS);
        Setting<Duration> grace = in.seconds("reconciler.grace", 0, MAX_SECONDS);
        return () -> new ReconcilerSettings(interval.value(), grace.value());
    }
}
