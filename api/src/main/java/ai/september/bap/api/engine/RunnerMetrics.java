package ai.september.bap.api.engine;

import static java.util.Objects.requireNonNull;

import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.OperationKind;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Semaphore;

/** How busy the lifecycle is, and how many requests join what others began. Thread-safe. */
final class RunnerMetrics {

    private final Map<OperationKind, Counter> joined = new EnumMap<>(OperationKind.class);

    RunnerMetrics(MeterRegistry meters, Semaphore turns, int most) {
        Gauge.builder("bap.lifecycle.turns.used", turns, left -> most - left.availablePermits())
                .description("Requests that are with the lifecycle, in the database")
                .strongReference(true)
                .register(meters);
        Gauge.builder("bap.lifecycle.turns.waiting", turns, Semaphore::getQueueLength)
                .description("Requests that wait for their turn there, with a thread each")
                .strongReference(true)
                .register(meters);
        Gauge.builder("bap.lifecycle.turns.max", () -> most)
                .description("Most requests that are with the lifecycle at the same time")
                .register(meters);
        for (OperationKind kind : OperationKind.values()) {
            joined.put(
                    kind,
                    Counter.builder("bap.operations.joined")
                            .description("Requests that joined an operation under way instead of beginning one")
                            .tag("kind", kind.wireName())
                            .register(meters));
        }
    }

    void joined(Operation operation) {
        requireNonNull(joined.get(operation.kind())).increment();
    }
}
