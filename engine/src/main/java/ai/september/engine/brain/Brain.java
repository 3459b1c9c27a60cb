package ai.september.engine.brain;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** The open brain: one connection, used by one thread at a time. Thread-safe. */
public final class Brain implements AutoCloseable {

    private static final long CHECK_PATIENCE_MS = 3_000;

    private final Path file;
    private final Connection connection;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile boolean lastWriteFailed;

    private Brain(Path file, Connection connection) {
        this.file = file;
        this.connection = connection;
    }

    /**
     * Checks that there is a file, which serving never makes.
     *
     * @throws BrainVersionException if it is missing
     */
    public static void requirePresent(Path file) throws BrainVersionException {
        if (!Files.exists(file)) {
            throw BrainVersionException.missing();
        }
    }

    /**
     * Opens a brain that is there and current.
     *
     * @throws BrainVersionException if it is missing or has another version than this program
     */
    public static Brain open(Path file) throws SQLException, BrainVersionException {
        requirePresent(file);
        Connection connection = SqliteFile.open(file);
        try {
            requireCurrent(SqliteFile.version(connection));
            return new Brain(file, connection);
        } catch (SQLException | BrainVersionException e) {
            connection.close();
            throw e;
        }
    }

    private static void requireCurrent(int version) throws BrainVersionException {
        if (version > Migrations.CURRENT) {
            throw BrainVersionException.newer(version);
        }
        if (version < Migrations.CURRENT) {
            throw BrainVersionException.older(version);
        }
    }

    <T> T read(Work<T> work) throws SQLException {
        lock.lock();
        try {
            return work.on(connection);
        } finally {
            lock.unlock();
        }
    }

    /** Runs the work in one transaction. */
    <T> T write(Work<T> work) throws SQLException {
        lock.lock();
        try {
            T result = transaction(work);
            lastWriteFailed = false;
            return result;
        } catch (SQLException e) {
            lastWriteFailed = true;
            throw e;
        } finally {
            lock.unlock();
        }
    }

    private <T> T transaction(Work<T> work) throws SQLException {
        execute("BEGIN IMMEDIATE");
        boolean committed = false;
        try {
            T result = work.on(connection);
            execute("COMMIT");
            committed = true;
            return result;
        } finally {
            if (!committed) {
                rollback();
            }
        }
    }

    private void rollback() {
        try {
            execute("ROLLBACK");
        } catch (SQLException alreadyRolledBack) {
            // SQLite ends the transaction by itself on a full disk or an I/O error.
            lastWriteFailed = true;
        }
    }

    /**
     * A cheap real check: the file is there, readable, and takes the write lock. After a failed write it writes one page,
     * so that a disk that is full no more heals without a turn.
     */
    public boolean isHealthy() {
        try {
            if (!Files.exists(file) || !lock.tryLock(CHECK_PATIENCE_MS, TimeUnit.MILLISECONDS)) {
                return false;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        try {
            return check();
        } finally {
            lock.unlock();
        }
    }

    private boolean check() {
        boolean writePage = lastWriteFailed;
        try {
            return write(connection -> {
                if (writePage) {
                    execute("PRAGMA user_version = " + Migrations.CURRENT);
                }
                return SqliteFile.version(connection) == Migrations.CURRENT;
            });
        } catch (SQLException e) {
            return false;
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Merges the write-ahead log into the file. */
    @Override
    public void close() throws SQLException {
        lock.lock();
        try {
            connection.close();
        } finally {
            lock.unlock();
        }
    }

    /** Work on the connection. */
    interface Work<T> {
        T on(Connection connection) throws SQLException;
    }
}
