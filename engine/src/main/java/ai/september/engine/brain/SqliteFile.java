package ai.september.engine.brain;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.SQLiteConfig;

/** Opens the brain's file with the settings that every connection needs. */
final class SqliteFile {

    private SqliteFile() {}

    /** In WAL mode, creating the file if it is missing. */
    static Connection open(Path file) throws SQLException {
        // Straight to the driver: DriverManager would search the class path for more of them.
        Connection connection = new SQLiteConfig().createConnection("jdbc:sqlite:" + file);
        try {
            configure(connection);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private static void configure(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 5000");
            statement.execute("PRAGMA journal_mode = WAL");
            // An acknowledged turn survives a power cut: a turn costs two commits, so this is affordable.
            statement.execute("PRAGMA synchronous = FULL");
            statement.execute("PRAGMA foreign_keys = ON");
            statement.execute("PRAGMA cache_size = -1024");
            statement.execute("PRAGMA journal_size_limit = 4194304");
        }
    }

    static int version(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("PRAGMA user_version")) {
            return row.next() ? row.getInt(1) : 0;
        }
    }
}
