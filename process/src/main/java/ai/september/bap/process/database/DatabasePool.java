package ai.september.bap.process.database;

import ai.september.bap.process.Role;
import ai.september.bap.process.configuration.DatabaseSettings;
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
import java.util.Properties;

/**
 * The pool of connections of one process. Every wait is bounded: a database that is away costs a request seconds, not
 * minutes. A connection that waits for notifications belongs outside of the pool: the socket timeout would end it.
 */
public final class DatabasePool {

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
        factory.setMaxWaitForConnection(Duration.seconds(patience(role, 2, 10)));
        factory.setCheckConnectionOnBorrow(true);
        factory.setValidationInterval(Duration.seconds(5));
        factory.setValidationQueryTimeout(Duration.seconds(2));
        factory.setValidationQuery("SELECT 1");
        factory.setRollbackOnReturn(true);
        factory.setAutoCommentsEnabled(false);
        return factory;
    }

    private static Map<String, String> driverProperties(Role role) {
        return Map.of(
                "ApplicationName", "bap-" + role.label(),
                "connectTimeout", "2",
                "loginTimeout", "3",
                "socketTimeout", Integer.toString(patience(role, 10, 60)),
                "tcpKeepAlive", "true");
    }

    /** Seconds: someone waits for the API's answer; a worker's steps are retried for long anyway. */
    private static int patience(Role role, int api, int others) {
        return role == Role.API ? api : others;
    }
}
