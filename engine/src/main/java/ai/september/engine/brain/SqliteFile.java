package ai.september.engine.brain;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;

/** Opens the brain's file with the settings that every connection needs. */
final class SqliteFile {

    private static final Duration BUSY_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration RETRY = Duration.ofMillis(5);

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
            statement.execute("PRAGMA busy_timeout = " + BUSY_TIMEOUT.toMillis());
            useWal(statement);
            // An acknowledged turn survives a power cut: a turn costs two commits, so this is affordable.
            statement.execute("PRAGMA synchronous = FULL");
            statement.execute("PRAGMA foreign_keys = ON");
            statement.execute("PRAGMA cache_size = -1024");
            statement.execute("PRAGMA journal_size_limit = 4194304");
        }
    }

    /**
     * SQLite does not heed the busy timeout when a connection that reads asks for more, as the change to WAL does: of two
     * that change a new file at once, one is refused at once.
     */
    private static void useWal(Statement statement) throws SQLException {
        long start = System.nanoTime();
        while (true) {
            try {
                statement.execute("PRAGMA journal_mode = WAL");
                return;
            } catch (SQLException e) {
                if (!isBusy(e) || System.nanoTime() - start > BUSY_TIMEOUT.toNanos()) {
                    throw e;
                }
                LockSupport.parkNanos(RETRY.toNanos());
            }
        }
    }

    private static boolean isBusy(SQLException e) {
        // The upper bits of an extended code say more of the kind of it.
        return (e.getErrorCode() & 0xff) == SQLiteErrorCode.SQLITE_BUSY.code;
    }

    static int version(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("PRAGMA user_version")) {
            return row.next() ? row.getInt(1) : 0;
        }
    }
}
