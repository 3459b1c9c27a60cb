package ai.september.bap.process.database;

import ai.september.bap.process.Prerequisites;
import ai.september.bap.process.Role;
import ai.september.bap.process.configuration.DatabaseSettings;
import ai.september.bap.registry.database.Migrations;
import com.codahale.metrics.MetricRegistry;
import io.dropwizard.db.DataSourceFactory;
import io.dropwizard.db.ManagedDataSource;
import io.dropwizard.db.ManagedPooledDataSource;
import io.dropwizard.util.Duration;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * The pool of connections of one process. Every wait is bounded. An API whose database is away or hangs answers within two
 * seconds: a check or statement that is not answered, or no connection to be had, may take that long together. A connection
 * that waits for notifications belongs outside of the pool: the socket timeout would end it.
 */
public final class DatabasePool {

    /** What a transaction of the API may wait for each of its statements: they queue for rows, and are durable. */
    public static final java.time.Duration TRANSACTION_PATIENCE = java.time.Duration.ofSeconds(10);

    private DatabasePool() {}

    /**
     * A pool that is filled when it is started; the caller manages it.
     *
     * @param meters where it shows how full it is
     */
    public static ManagedDataSource open(DatabaseSettings settings, Role role, MeterRegistry meters) {
        ManagedDataSource pool = factory(settings, role).build(new MetricRegistry(), "database");
        return new MeasuredPool((ManagedPooledDataSource) pool, meters);
    }

    /**
     * Waits for PostgreSQL and brings it to this program's version, over connections on which a statement may take as long as
     * it has to.
     */
    public static void migrate(DatabaseSettings settings) throws InterruptedException {
        ManagedDataSource patient = factory(settings, Role.DB).build(new MetricRegistry(), "migration");
        try {
            Prerequisites.awaitMigrated(new Migrations(patient));
        } finally {
            close(patient);
        }
    }

    private static void close(ManagedDataSource pool) {
        try {
            pool.stop();
        } catch (Exception failed) {
            throw new IllegalStateException("a pool of connections did not close", failed);
        }
    }

    /** A connection of its own, for what waits for notifications; it has no socket timeout. */
    public static Connection connect(DatabaseSettings settings, Role role) throws SQLException {
        Properties properties = new Properties();
        properties.putAll(driverProperties(role));
        properties.setProperty("socketTimeout", "0");
        properties.setProperty("user", settings.url().user());
        properties.setProperty("password", settings.url().password());
        return DriverManager.getConnection(settings.url().jdbcUrl(), properties);
    }

    static DataSourceFactory factory(DatabaseSettings settings, Role role) {
        DataSourceFactory factory = new DataSourceFactory();
        factory.setDriverClass("org.postgresql.Driver");
        factory.setUrl(settings.url().jdbcUrl());
        factory.setUser(settings.url().user());
        factory.setPassword(settings.url().password());
        factory.setProperties(driverProperties(role));
        // None at first: a process must be able to start while the database is away.
        factory.setInitialSize(0);
        factory.setMinSize(1);
        factory.setMaxSize(settings.poolSize());
        factory.setCheckConnectionOnBorrow(true);
        factory.setValidationInterval(Duration.seconds(5));
        if (role == Role.API) {
            factory.setMaxWaitForConnection(Duration.milliseconds(500));
            factory.setValidatorClassName(Optional.of(QuickCheck.class.getName()));
        } else {
            factory.setMaxWaitForConnection(Duration.seconds(10));
            factory.setValidationQueryTimeout(Duration.seconds(2));
            factory.setValidationQuery("SELECT 1");
        }
        factory.setRollbackOnReturn(true);
        factory.setAutoCommentsEnabled(false);
        return factory;
    }

    private static Map<String, String> driverProperties(Role role) {
        return Map.of(
                "ApplicationName",
                "bap-" + role.label(),
                "connectTimeout",
                role == Role.API ? "1" : "2",
                "loginTimeout",
                role == Role.API ? "1.2" : "3",
                "socketTimeout",
                socketTimeout(role),
                "tcpKeepAlive",
                "true");
    }

    /** Seconds; of the API {@link QuickCheck} has the exact time. A worker's steps are retried for long, migrations may take long. */
    private static String socketTimeout(Role role) {
        return switch (role) {
            case API -> "2";
            case WORKER, MASTER_KEY_ROTATION -> "60";
            case DB -> "0";
        };
    }
}
