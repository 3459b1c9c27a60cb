package ai.september.bap.worker;

import ai.september.bap.activities.steps.FencedStep;
import ai.september.bap.activities.steps.StepObserver;
import ai.september.bap.registry.operation.StepName;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;

/** Counts and times attempts at steps, and shows how many wait for a lock's turn. Thread-safe. */
final class StepMetrics implements StepObserver {

    private static final Duration[] BUCKETS = {
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2_500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofSeconds(60),
        Duration.ofSeconds(120)
    };

    private final MeterRegistry meters;

    StepMetrics(MeterRegistry meters) {
        this.meters = meters;
    }

    @Override
    public void ended(StepName step, End end, Duration took) {
        Timer.builder("bap.steps")
                .description("Attempts at steps beside the container daemon, what they waited for included")
                .tags("step", step.wireName(), "outcome", end.name().toLowerCase(Locale.ROOT))
                .serviceLevelObjectives(BUCKETS)
                .register(meters)
                .record(took);
    }

    /** Shows how busy the steps' locks are. */
    void watch(FencedStep steps) {
        gauge("used", "Steps that hold an engine's lock or wait for it, with a connection each", steps::locksUsed);
        gauge("waiting", "Steps that wait for their turn to take a lock", steps::locksAwaited);
        gauge("max", "Most steps that hold or await an engine's lock at the same time", steps::locksAtOnce);
    }

    private void gauge(String what, String description, Supplier<Number> value) {
        Gauge.builder("bap.step.locks." + what, value).description(description).register(meters);
    }
}
