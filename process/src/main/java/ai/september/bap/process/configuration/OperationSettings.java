package ai.september.bap.process.configuration;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How long operations are waited for and kept.
 *
 * @param requestWait after this a waiting request is answered 202
 * @param retention how long finished operations can be read
 * @param auditRetention how long audit rows are kept
 */
public record OperationSettings(Duration requestWait, Duration retention, Duration auditRetention) {

    private static final Duration SLACK = Duration.ofSeconds(30);
    private static final int MAX_WAIT_SECONDS = 3_600;
    private static final int MAX_DAYS = 3_650;

    public OperationSettings {
        requireNonNull(requestWait, "requestWait");
        requireNonNull(retention, "retention");
        requireNonNull(auditRetention, "auditRetention");
    }

    static Draft<OperationSettings> read(SettingsReader in, Draft<EngineSettings> engine) {
        boolean waitIsSet = in.text("operations.requestWait").isPresent();
        Setting<Duration> wait = waitIsSet ? in.seconds("operations.requestWait", 1, MAX_WAIT_SECONDS) : Setting.bad();
        Setting<Duration> retention = in.days("operations.retention", 1, MAX_DAYS);
        Setting<Duration> audit = in.days("audit.retention", 1, MAX_DAYS);
        return () -> new OperationSettings(
                waitIsSet ? wait.value() : longestOrdinary(engine.make()), retention.value(), audit.value());
    }

    private static Duration longestOrdinary(EngineSettings engine) {
        return engine.bootTimeout().plus(engine.stopGrace()).plus(SLACK);
    }
}
