package ai.september.bap.worker;

import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.OperationStatus;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Instant;
import java.util.function.BiConsumer;

/** Counts and times the operations that end here, by kind and outcome. */
final class OperationMetrics implements BiConsumer<Operation, OperationStatus> {

    private final MeterRegistry meters;

    OperationMetrics(MeterRegistry meters) {
        this.meters = meters;
    }

    @Override
    public void accept(Operation operation, OperationStatus outcome) {
        Timer.builder("bap.operations")
                .description("Lifecycle operations that ended, from request to end")
                .tags("kind", operation.kind().wireName(), "outcome", outcome.wireName())
                .register(meters)
                .record(operation.age(Instant.now()));
    }
}
