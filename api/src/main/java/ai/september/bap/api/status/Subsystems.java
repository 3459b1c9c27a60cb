package ai.september.bap.api.status;

import ai.september.bap.process.temporal.TemporalConnection;
import ai.september.bap.registry.database.Migrations;
import ai.september.bap.registry.host.HostDao;
import java.time.Duration;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;

/**
 * What the API needs besides itself. Answers are kept for a moment, so that a load balancer that asks often costs nothing,
 * and one that asks while Temporal hangs is not kept waiting each time. Thread-safe.
 */
public final class Subsystems {

    static final String OK = "ok";
    static final String ERROR = "error";

    /** Without the database nothing works, so its loss shows soon. */
    private static final Duration DATABASE_FRESH = Duration.ofMillis(250);

    private static final Duration FRESH = Duration.ofSeconds(1);

    /** Three heartbeats missed. */
    static final Duration SILENCE = Duration.ofSeconds(15);

    private final Recent<Boolean> databaseReady;
    private final Recent<Map<String, String>> others;

    public Subsystems(Migrations migrations, Jdbi jdbi, TemporalConnection temporal) {
        databaseReady = new Recent<>(DATABASE_FRESH, migrations::applied);
        others = new Recent<>(FRESH, () -> look(jdbi, temporal));
    }

    /** Whether PostgreSQL answers and is migrated. */
    boolean isDatabaseReady() {
        return databaseReady.get();
    }

    /** Temporal, workers and what runs engines, each ok or error; the database has to be ready. */
    Map<String, String> others() {
        return others.get();
    }

    private static Map<String, String> look(Jdbi jdbi, TemporalConnection temporal) {
        int workers = jdbi.withExtension(HostDao.class, hosts -> hosts.countLive(SILENCE));
        int away = jdbi.withExtension(HostDao.class, hosts -> hosts.countAway(SILENCE));
        return Map.of(
                "temporal", state(temporal.absence().isEmpty()),
                "workers", state(workers > 0),
                "backend", state(away == 0));
    }

    private static String state(boolean up) {
        return up ? OK : ERROR;
    }
}
