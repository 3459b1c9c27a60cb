package ai.september.bap.registry.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.registry.database.RegistryJdbi;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.ProductId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.jdbi.v3.core.ConnectionFactory;
import org.jdbi.v3.core.Jdbi;

/**
 * Replicas of the limiter on the real log, in a time that the test makes: theirs, and the database's, whose
 * {@code clock_timestamp()} is hidden by one that says what the simulation sets. Calls take a random time each way. Times
 * are nanoseconds since the beginning. For one thread.
 */
final class SimulatedReplicas implements AutoCloseable {

    private static final Instant BEGINNING = Instant.parse("2026-01-02T03:04:05Z");

    private final ProductId product;
    private final Random random;
    private final Duration slowest;
    private final Connection connection;
    private final AdmitLog log;
    private final List<RateLimiter> replicas = new ArrayList<>();
    private long now;
    private long loggedAt;
    private int calls;

    /**
     * So many replicas of one product, which has passed no admit yet.
     *
     * @param slowest how long a call to the database may take, each way
     */
    SimulatedReplicas(DataSource database, ProductId product, int replicas, Random random, Duration slowest)
            throws SQLException {
        this.product = product;
        this.random = random;
        this.slowest = slowest;
        this.connection = database.getConnection();
        hideTheClock();
        this.log = new AdmitLog(RegistryJdbi.configure(Jdbi.create(new Delayed())));
        for (int replica = 0; replica < replicas; replica++) {
            this.replicas.add(newReplica());
        }
    }

    private void hideTheClock() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE SCHEMA IF NOT EXISTS simulated");
            statement.execute("""
                    CREATE OR REPLACE FUNCTION simulated.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
                    AS $$ SELECT current_setting('simulated.now')::timestamptz $$
                    """);
            statement.execute("SET search_path = simulated, pg_catalog, public");
        }
    }

    private RateLimiter newReplica() {
        return new RateLimiter(log, 1, Runnable::run, () -> now);
    }

    /** The one connection, to which it is some way. */
    private final class Delayed implements ConnectionFactory {

        @Override
        public Connection openConnection() throws SQLException {
            elapse();
            loggedAt = now;
            calls++;
            try (PreparedStatement clock =
                    connection.prepareStatement("SELECT set_config('simulated.now', ?, false)")) {
                clock.setString(1, BEGINNING.plusNanos(now).toString());
                clock.execute();
            }
            return connection;
        }

        @Override
        public void closeConnection(Connection ours) {
            elapse();
        }

        /** Mostly a small part of the slowest. Whole microseconds, which is what the database knows. */
        private void elapse() {
            double slow = Math.pow(random.nextDouble(), 200);
            now += 1_000 * (long) (slow * slowest.toNanos() / 1_000);
        }
    }

    long now() {
        return now;
    }

    /** How often the log was asked. */
    int calls() {
        return calls;
    }

    /** Lets time pass, unless it is later already. */
    void sleepUntil(long time) {
        now = Math.max(now, 1_000 * (time / 1_000));
    }

    /** When the admit passed; empty if it was refused. */
    OptionalLong admit(int replica, int limit) {
        long began = now;
        int before = calls;
        CompletableFuture<Boolean> taken = replicas.get(replica).take(product, limit);
        assertThat(taken).as("nobody else is there to wait for").isDone();
        if (!taken.isCompletedExceptionally()) {
            return OptionalLong.of(calls > before ? loggedAt : began);
        }
        assertThat(Refusal.of(taken).code()).isEqualTo(ErrorCode.RATE_LIMITED);
        return OptionalLong.empty();
    }

    /** Kill -9, and a new one in its place. */
    void crash(int replica) {
        replicas.set(replica, newReplica());
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
