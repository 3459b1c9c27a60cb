package ai.september.bap.worker;

import ai.september.bap.activities.monitor.MonitorObserver;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;

/** Shows how the sweeps over a host's engines go. */
final class SweepMetrics implements MonitorObserver {

    private final MeterRegistry meters;

    SweepMetrics(MeterRegistry meters) {
        this.meters = meters;
    }

    @Override
    public void ended(End end, Duration took) {
        Timer.builder("bap.sweeps")
                .description("Sweeps over the host's engines: their probes are spread over most of an interval")
                .tag("outcome", end.name().toLowerCase(Locale.ROOT))
                .register(meters)
                .record(took);
    }
}
