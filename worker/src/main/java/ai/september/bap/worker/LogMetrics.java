package ai.september.bap.worker;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;

/** Figures of those who read what engines print. Thread-safe. */
final class LogMetrics {

    private final MeterRegistry meters;
    private final Counter refused;

    LogMetrics(MeterRegistry meters) {
        this.meters = meters;
        this.refused = Counter.builder("bap.logs.tickets.refused")
                .description("Requests for the output of an engine without a ticket that is good")
                .register(meters);
    }

    void refused() {
        refused.increment();
    }

    /** Shows how many follow. */
    void watch(Supplier<Number> followers) {
        Gauge.builder("bap.logs.followers", followers)
                .description("Streams of the output of engines")
                .register(meters);
    }
}
