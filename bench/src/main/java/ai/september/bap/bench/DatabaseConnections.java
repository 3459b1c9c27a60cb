package ai.september.bap.bench;

import java.sql.Connection;
import java.sql.SQLException;

/** How many connections there are to the database, by its own account. Thread-safe. */
final class DatabaseConnections implements AutoCloseable {

    private final Connection connection;

    /** @param url of the database, as {@code ORCH_DATABASE_URL} has it */
    DatabaseConnections(String url) throws SQLException {
        connection = OperationTimes.connect(url);
    }

    /** Everybody's, this object's own included. */
    long all() throws SQLException {
        return count("%");
    }

    /** Of those who connect under this name. */
    synchronized long count(String applicationName) throws SQLException {
        return Provisions.number(
                connection,
                "SELECT count(*) FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND application_name LIKE ?",
                applicationName);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
