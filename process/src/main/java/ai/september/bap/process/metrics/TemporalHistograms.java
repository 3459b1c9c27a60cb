package ai.september.bap.process.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;

/**
 * Keeps the timers of Temporal's SDK small: it gives each of them some seventy buckets, which is thousands of series. Those
 * whose quantiles somebody asks for have a dozen: how long work waited for a worker, how long a call took.
 */
final class TemporalHistograms implements MeterFilter {

    private static final String SDK = "temporal_";

    private static final Set<String> TIMERS = Set.of(
            "temporal_request_latency",
            "temporal_workflow_task_schedule_to_start_latency",
            "temporal_activity_schedule_to_start_latency",
            "temporal_activity_execution_latency",
            "temporal_local_activity_execution_latency");

    private static final DistributionStatisticConfig NO_BUCKETS =
            DistributionStatisticConfig.builder().percentilesHistogram(false).build();

    private static final DistributionStatisticConfig BUCKETS = DistributionStatisticConfig.builder()
            .percentilesHistogram(false)
            .serviceLevelObjectives(nanoseconds(5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 10_000, 60_000, 600_000))
            .build();

    @Override
    public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
        if (!id.getName().startsWith(SDK)) {
            return config;
        }
        return (TIMERS.contains(id.getName()) ? BUCKETS : NO_BUCKETS).merge(config);
    }

    private static double[] nanoseconds(long... milliseconds) {
        return Arrays.stream(milliseconds)
                .map(each -> Duration.ofMillis(each).toNanos())
                .asDoubleStream()
                .toArray();
    }
}
