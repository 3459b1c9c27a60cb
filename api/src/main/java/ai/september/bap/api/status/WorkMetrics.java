package ai.september.bap.api.status;

import ai.september.bap.registry.engine.EngineDao;
import ai.september.bap.registry.host.HostDao;
import ai.september.bap.registry.operation.OperationDao;
import ai.september.bap.registry.operation.OperationKind;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is under way and who does it, in Prometheus: open operations, live workers, hosts whose daemon is away. */
public final class WorkMetrics {

    private static final Logger LOG = LoggerFactory.getLogger(WorkMetrics.class);

    private static final Duration FRESH = Duration.ofSeconds(5);

    private final Jdbi jdbi;
    private final Recent<Optional<Work>> work = new Recent<>(FRESH, this::ask);

    private WorkMetrics(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** As of one moment. */
    private record Work(
            Map<OperationKind, Long> open,
            double oldestSeconds,
            int workers,
            int hostsAway,
            int hostsHolding,
            long degraded) {}

    /** Registers the gauges. */
    public static void register(MeterRegistry meters, Jdbi jdbi) {
        WorkMetrics metrics = new WorkMetrics(jdbi);
        for (OperationKind kind : OperationKind.values()) {
            metrics.gauge("bap.operations.open", known -> known.open().getOrDefault(kind, 0L))
                    .description("Operations that have not ended, of all products")
                    .tag("kind", kind.wireName())
                    .register(meters);
        }
        metrics.gauge("bap.operations.open.oldest", Work::oldestSeconds)
                .description("Age of the oldest operation that has not ended; 0 if there is none")
                .baseUnit("seconds")
                .register(meters);
        metrics.gauge("bap.workers", Work::workers)
                .description("Workers whose heartbeat is recent")
                .register(meters);
        metrics.gauge("bap.hosts.away", Work::hostsAway)
                .description("Hosts with a live worker whose container daemon does not answer")
                .register(meters);
        metrics.gauge("bap.hosts.holding", Work::hostsHolding)
                .description("Hosts whose restarts are held back, because half of their engines failed at once")
                .register(meters);
        metrics.gauge("bap.engines.degraded", Work::degraded)
                .description("Engines that run, and whose LLM provider fails")
                .register(meters);
    }

    /** Not a number while the database is away. */
    private Gauge.Builder<WorkMetrics> gauge(String name, ToDoubleFunction<Work> value) {
        return Gauge.builder(
                        name,
                        this,
                        metrics -> metrics.work
                                .get()
                                .map(known -> value.applyAsDouble(known))
                                .orElse(Double.NaN))
                .strongReference(true);
    }

    private Optional<Work> ask() {
        try {
            return Optional.of(jdbi.withHandle(handle -> {
                OperationDao operations = handle.attach(OperationDao.class);
                HostDao hosts = handle.attach(HostDao.class);
                return new Work(
                        operations.countOpen(),
                        operations.ageOfOldestOpen(),
                        hosts.countLive(Subsystems.SILENCE),
                        hosts.countAway(Subsystems.SILENCE),
                        hosts.countHolding(),
                        handle.attach(EngineDao.class).countDegraded(null));
            }));
        } catch (RuntimeException databaseAway) {
            LOG.debug("work cannot be counted now", databaseAway);
            return Optional.empty();
        }
    }
}
