package ai.september.bap.process.database;

import io.dropwizard.db.ManagedDataSource;
import io.dropwizard.db.ManagedPooledDataSource;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.logging.Logger;

/** A pool that shows how full it is, who waits for it, and how long it took to get a connection. Thread-safe. */
final class MeasuredPool implements ManagedDataSource {

    private static final Duration[] BUCKETS = {
        Duration.ofMillis(1),
        Duration.ofMillis(5),
        Duration.ofMillis(25),
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofSeconds(2),
        Duration.ofSeconds(10)
    };

    private final ManagedPooledDataSource pool;
    private final Timer acquired;
    private final Timer failed;

    MeasuredPool(ManagedPooledDataSource pool, MeterRegistry meters) {
        this.pool = pool;
        this.acquired = acquisition("acquired", meters);
        this.failed = acquisition("failed", meters);
        gauge("active", "Connections of the pool that are in use", ManagedPooledDataSource::getActive, meters);
        gauge("idle", "Connections of the pool that are open and free", ManagedPooledDataSource::getIdle, meters);
        gauge("pending", "Threads that wait for a connection", ManagedPooledDataSource::getWaitCount, meters);
        gauge("max", "Most connections of the pool", ManagedPooledDataSource::getMaxActive, meters);
    }

    private static Timer acquisition(String outcome, MeterRegistry meters) {
        return Timer.builder("bap.database.acquire")
                .description("Time to get a connection from the pool, or to give up")
                .tag("outcome", outcome)
                .serviceLevelObjectives(BUCKETS)
                .register(meters);
    }

    private void gauge(
            String what, String description, ToDoubleFunction<ManagedPooledDataSource> value, MeterRegistry meters) {
        Gauge.builder("bap.database.connections." + what, pool, value)
                .description(description)
                .register(meters);
    }

    @Override
    public Connection getConnection() throws SQLException {
        long since = System.nanoTime();
        Timer outcome = failed;
        try {
            Connection connection = pool.getConnection();
            outcome = acquired;
            return connection;
        } finally {
            outcome.record(System.nanoTime() - since, TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return pool.getConnection(user, password);
    }

    @Override
    public void start() throws Exception {
        pool.start();
    }

    @Override
    public void stop() throws Exception {
        pool.stop();
    }

    @Override
    public PrintWriter getLogWriter() throws SQLException {
        return pool.getLogWriter();
    }

    @Override
    public void setLogWriter(PrintWriter writer) throws SQLException {
        pool.setLogWriter(writer);
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        pool.setLoginTimeout(seconds);
    }

    @Override
    public int getLoginTimeout() throws SQLException {
        return pool.getLoginTimeout();
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        return pool.getParentLogger();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return pool.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return pool.isWrapperFor(type);
    }
}
