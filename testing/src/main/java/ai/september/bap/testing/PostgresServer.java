package ai.september.bap.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The one real PostgreSQL of this JVM: started by the first test that asks for it, stopped and its data removed when
 * the JVM exits. Not durable on purpose (fsync is off). The unpacked programs stay in the temporary folder as a cache
 * for the next run.
 */
final class PostgresServer {

    static final String USER = "postgres";
    static final String PASSWORD = "postgres";
    private static final String MAX_CONNECTIONS = "300";

    private final int port;

    private PostgresServer(int port) {
        this.port = port;
    }

    static PostgresServer shared() {
        return Shared.SERVER;
    }

    int port() {
        return port;
    }

    String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:%d/%s?user=%s&password=%s".formatted(port, database, USER, PASSWORD);
    }

    /** Runs one statement as superuser, outside any test's database. */
    void execute(String sql) {
        try (Connection connection = DriverManager.getConnection(jdbcUrl("postgres"));
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException("the test server refused: " + sql, e);
        }
    }

    @SuppressWarnings("resource") // closed by its own shutdown hook: it serves every test of this JVM
    private static PostgresServer start() {
        try {
            return new PostgresServer(EmbeddedPostgres.builder()
                    .setRegisterShutdownHook(true)
                    .setServerConfig("max_connections", MAX_CONNECTIONS)
                    .setServerConfig("log_min_messages", "fatal")
                    .start()
                    .getPort());
        } catch (IOException e) {
            throw new UncheckedIOException("embedded PostgreSQL did not start", e);
        }
    }

    /** Lazy holder. */
    private static final class Shared {
        static final PostgresServer SERVER = start();
    }
}
