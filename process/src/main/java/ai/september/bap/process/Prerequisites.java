package ai.september.bap.process;

import ai.september.bap.process.configuration.BindAddress;
import ai.september.bap.process.temporal.TemporalConnection;
import ai.september.bap.registry.database.Migrations;
import com.codahale.metrics.health.HealthCheck;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for what a process cannot work without, and says what it waits for. */
public final class Prerequisites {

    private static final Logger LOG = LoggerFactory.getLogger(Prerequisites.class);

    private static final Duration PAUSE = Duration.ofMillis(500);

    /** One line of log for every so many attempts. */
    private static final int SAY_EVERY = 10;

    private Prerequisites() {}

    /** Why something is not there yet; empty once it is. */
    public interface Absence {
        Optional<String> reason();
    }

    /** Waits for the network that this process is to listen on. */
    public static void awaitNetwork(BindAddress address) throws InterruptedException {
        await("the network to listen on", address::absence);
    }

    /** Waits for PostgreSQL, then brings it to this program's version. */
    public static void awaitMigrated(Migrations migrations) throws InterruptedException {
        await("PostgreSQL", () -> migrations.connectionProblem().map(problem -> problem + "; see ORCH_DATABASE_URL"));
        migrations.migrate();
    }

    /** Waits for Temporal, and makes in it what runs need and is not there. */
    public static void awaitTemporal(TemporalConnection temporal) throws InterruptedException {
        await("Temporal", temporal::prepare);
    }

    /** Waits for the daemon that runs containers. */
    public static void awaitContainerDaemon(Absence daemon) throws InterruptedException {
        await("the container daemon", daemon);
    }

    /** The same question as a health check. */
    public static HealthCheck check(Absence absence) {
        return new HealthCheck() {
            @Override
            protected Result check() {
                return absence.reason().map(Result::unhealthy).orElseGet(Result::healthy);
            }
        };
    }

    private static void await(String what, Absence absence) throws InterruptedException {
        Optional<String> reason = absence.reason();
        for (int attempt = 0; reason.isPresent(); attempt++) {
            if (attempt % SAY_EVERY == 0) {
                LOG.info("waiting for {} ({})", what, reason.get());
            }
            Thread.sleep(PAUSE.toMillis());
            reason = absence.reason();
        }
    }
}
