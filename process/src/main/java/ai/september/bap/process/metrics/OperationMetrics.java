package ai.september.bap.process.metrics;

import ai.september.bap.registry.operation.Operation;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Counts and times the operations that end in this process, by kind and outcome: those carried out in workers, those that
 * another one took precedence over in the API. Thread-safe.
 */
public final class OperationMetrics implements Consumer<Operation> {

    private static final Duration[] BUCKETS = {
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2_500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofSeconds(60),
        Duration.ofSeconds(120),
        Duration.ofSeconds(600)
    };

    private final MeterRegistry meters;

    public OperationMetrics(MeterRegistry meters) {
        this.meters = meters;
    }

    @Override
    public void accept(Operation ended) {
        Timer.builder("bap.operations")
                .description("Lifecycle operations that ended, from request to end")
                .tags("kind", ended.kind().wireName(), "outcome", ended.status().wireName())
                .serviceLevelObjectives(BUCKETS)
                .register(meters)
                .record(ended.duration());
    }
}
