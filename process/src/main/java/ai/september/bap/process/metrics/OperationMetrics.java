package ai.september.bap.process.metrics;

import ai.september.bap.registry.operation.Operation;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.function.Consumer;

/**
 * Counts and times the operations that end in this process, by kind and outcome: those carried out in workers, those that
 * another one took precedence over in the API. Thread-safe.
 */
public final class OperationMetrics implements Consumer<Operation> {

    private final MeterRegistry meters;

    public OperationMetrics(MeterRegistry meters) {
        this.meters = meters;
    }

    @Override
    public void accept(Operation ended) {
        Timer.builder("bap.operations")
                .description("Lifecycle operations that ended, from request to end")
                .tags("kind", ended.kind().wireName(), "outcome", ended.status().wireName())
                .register(meters)
                .record(ended.duration());
    }
}
