package ai.september.bap.worker.reconcile;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts repairs, and shows what disagrees and was not mended at the last look. All kinds from the start. Thread-safe. */
public final class ReconcilerMetrics {

    private final Map<Kind, Counter> repairs = new EnumMap<>(Kind.class);
    private final Map<Kind, AtomicInteger> disagreements = new EnumMap<>(Kind.class);

    public ReconcilerMetrics(MeterRegistry meters) {
        for (Kind kind : Kind.values()) {
            repairs.put(
                    kind,
                    Counter.builder("bap.reconciler.repairs")
                            .description("What was put right of what rows and reality disagreed about")
                            .tags("kind", kind.wireName())
                            .register(meters));
            AtomicInteger left = new AtomicInteger();
            disagreements.put(kind, left);
            Gauge.builder("bap.reconciler.disagreements", left::get)
                    .description("What rows and reality disagreed about at the last look, and was not put right by it")
                    .tags("kind", kind.wireName())
                    .register(meters);
        }
    }

    void repaired(Kind kind) {
        requireNonNull(repairs.get(kind)).increment();
    }

    void left(Map<Kind, Integer> findings) {
        disagreements.forEach((kind, gauge) -> gauge.set(findings.getOrDefault(kind, 0)));
    }
}
