package ai.september.bap.api.status;

import ai.september.bap.api.operation.OperationWaiters;
import ai.september.bap.registry.engine.EngineDao;
import ai.september.bap.registry.engine.EngineStatus;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The whole fleet in Prometheus: engines by state, and what requests wait for. */
public final class FleetMetrics {

    private static final Logger LOG = LoggerFactory.getLogger(FleetMetrics.class);

    /** One scrape reads all states; they come from one query. */
    private static final Duration FRESH = Duration.ofSeconds(5);

    private final Jdbi jdbi;
    private final Recent<Optional<Map<EngineStatus, Long>>> counts = new Recent<>(FRESH, this::ask);

    private FleetMetrics(Jdbi jdbi) {
        this.jdbi = jdbi;
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

    /** Not a number while the database is away, which a scrape finds out once and not for every state. */
    private double count(EngineStatus status) {
        return counts.get()
                .map(known -> (double) known.getOrDefault(status, 0L))
                .orElse(Double.NaN);
    }

    private Optional<Map<EngineStatus, Long>> ask() {
        try {
            return Optional.of(jdbi.withExtension(EngineDao.class, EngineDao::countByStatus));
        } catch (RuntimeException databaseAway) {
            LOG.debug("engines cannot be counted now", databaseAway);
            return Optional.empty();
        }
    }
}
