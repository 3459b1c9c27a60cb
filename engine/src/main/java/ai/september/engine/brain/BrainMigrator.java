package ai.september.engine.brain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** The {@code migrate} command: brings a brain to {@link Migrations#CURRENT}, or makes a new one. */
public final class BrainMigrator {

    private final Path file;

    public BrainMigrator(Path file) {
        this.file = file;
    }

    /**
     * Migrates in one transaction: killed at any point it has done all or nothing, and can be repeated. Two at once wait
     * for each other.
     *
     * @return whether anything was to be done
     * @throws BrainVersionException if the brain is newer than this program
     */
    public boolean migrate() throws IOException, SQLException, BrainVersionException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        try (Connection connection = SqliteFile.open(file);
                Statement statement = connection.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            boolean done = migrate(connection);
            statement.execute("COMMIT");
            return done;
        }
    }

    private static boolean migrate(Connection connection) throws SQLException, BrainVersionException {
        int version = SqliteFile.version(connection);
        if (version > Migrations.CURRENT) {
            throw BrainVersionException.newer(version);
        }
        if (version == Migrations.CURRENT) {
            return false;
        }
        Migrations.apply(connection, version);
        return true;
    }
}
