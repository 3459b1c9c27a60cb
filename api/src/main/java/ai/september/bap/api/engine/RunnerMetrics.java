package ai.september.bap.api.engine;

import static java.util.Objects.requireNonNull;

import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.OperationKind;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;

/** How busy the lifecycle is, and how many requests join what others began. Thread-safe. */
final class RunnerMetrics {

    private final Map<OperationKind, Counter> joined = new EnumMap<>(OperationKind.class);

    RunnerMetrics(MeterRegistry meters, Turns turns) {
        Gauge.builder("bap.lifecycle.turns.used", turns, Turns::used)
                .description("Requests that are with the lifecycle, in the database")
                .strongReference(true)
                .register(meters);
        Gauge.builder("bap.lifecycle.turns.waiting", turns, Turns::waiting)
                .description("Requests that wait for their turn there, without a thread each")
                .strongReference(true)
                .register(meters);
        Gauge.builder("bap.lifecycle.turns.max", turns, Turns::most)
                .description("Most requests that are with the lifecycle at the same time")
                .strongReference(true)
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
