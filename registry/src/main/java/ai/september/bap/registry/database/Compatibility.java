package ai.september.bap.registry.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.flywaydb.core.api.MigrationVersion;

/** What a database states about the programs that may work with it. */
final class Compatibility {

    private static final String IS_STATED = "SELECT to_regclass('compatibility')";
    private static final String FROM = "SELECT compatible_from FROM compatibility";

    private Compatibility() {}

    /** The newest migration that a program has to know; empty where the database is older than such statements. */
    static Optional<MigrationVersion> from(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return text(statement, IS_STATED).isEmpty()
                    ? Optional.empty()
                    : text(statement, FROM).map(MigrationVersion::fromVersion);
        }
    }

    private static Optional<String> text(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? Optional.ofNullable(rows.getString(1)) : Optional.empty();
        }
    }
}
