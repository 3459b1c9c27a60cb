package ai.september.bap.api.status;

import ai.september.bap.api.operation.OperationWaiters;
import ai.september.bap.registry.engine.EngineDao;
import ai.september.bap.registry.engine.EngineStatus;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;

/** The whole fleet in Prometheus: engines by state, and what requests wait for. */
public final class FleetMetrics {

    /** One scrape reads all states; they come from one query. */
    private static final Duration FRESH = Duration.ofSeconds(5);

    private final Jdbi jdbi;
    private Map<EngineStatus, Long> counts = Map.of();
    private long countedAt;

    private FleetMetrics(Jdbi jdbi) {
        this.jdbi = jdbi;
        this.countedAt = System.nanoTime() - FRESH.toNanos();
    }

    /** Registers the gauges. */
    public static void register(MeterRegistry meters, Jdbi jdbi, OperationWaiters waiters) {
        FleetMetrics fleet = new FleetMetrics(jdbi);
        for (EngineStatus status : EngineStatus.values()) {
            Gauge.builder("bap.engines", () -> fleet.count(status))
                    .description("Engines by state, of all products")
                    .tag("status", status.wireName())
                    .strongReference(true)
                    .register(meters);
        }
        Gauge.builder("bap.operations.awaited", waiters::operations)
                .description("Operations that requests of this replica wait for")
                .register(meters);
        Gauge.builder("bap.requests.waiting", waiters::requests)
                .description("Requests of this replica that wait for operations")
                .register(meters);
    }

    private synchronized double count(EngineStatus status) {
        if (System.nanoTime() - countedAt >= FRESH.toNanos()) {
            counts = jdbi.withExtension(EngineDao.class, EngineDao::countByStatus);
            countedAt = System.nanoTime();
        }
        return counts.getOrDefault(status, 0L);
    }
}
