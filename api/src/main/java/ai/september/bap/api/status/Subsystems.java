package ai.september.bap.api.status;

import ai.september.bap.process.temporal.TemporalConnection;
import ai.september.bap.registry.database.Migrations;
import ai.september.bap.registry.host.HostDao;
import java.time.Duration;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;

/**
 * What the API needs besides itself. The answers about Temporal and the workers are kept for a second, so that a load
 * balancer that asks often costs nothing. Thread-safe.
 */
public final class Subsystems {

    static final String OK = "ok";
    static final String ERROR = "error";

    private static final Duration FRESH = Duration.ofSeconds(1);

    /** Three heartbeats missed. */
    private static final Duration SILENCE = Duration.ofSeconds(15);

    private final Migrations migrations;
    private final Jdbi jdbi;
    private final TemporalConnection temporal;
    private volatile Seen last = new Seen(Long.MIN_VALUE, Map.of());

    public Subsystems(Migrations migrations, Jdbi jdbi, TemporalConnection temporal) {
        this.migrations = migrations;
        this.jdbi = jdbi;
        this.temporal = temporal;
    }

    private record Seen(long at, Map<String, String> states) {

        boolean isFresh() {
            return at != Long.MIN_VALUE && System.nanoTime() - at < FRESH.toNanos();
        }
    }

    /** Whether PostgreSQL answers and is migrated. */
    boolean isDatabaseReady() {
        return migrations.applied();
    }

    /** Temporal and workers, each ok or error; the database has to be ready. */
    Map<String, String> others() {
        Seen seen = last;
        if (!seen.isFresh()) {
            seen = new Seen(System.nanoTime(), look());
            last = seen;
        }
        return seen.states();
    }

    private Map<String, String> look() {
        int workers = jdbi.withExtension(HostDao.class, hosts -> hosts.countLive(SILENCE));
        return Map.of("temporal", state(temporal.isServing()), "workers", state(workers > 0));
    }

    private static String state(boolean up) {
        return up ? OK : ERROR;
    }
}
