package ai.september.engine;

import ai.september.engine.brain.BrainMigrator;
import ai.september.engine.brain.BrainVersionException;
import ai.september.engine.brain.Migrations;
import ai.september.engine.config.ConfigException;
import ai.september.engine.config.EngineConfig;
import ai.september.engine.config.Environment;
import java.io.IOException;
import java.sql.SQLException;

/** The {@code migrate} command. */
final class Migrate {

    private Migrate() {}

    /** The line to print. */
    static String run(Environment environment) throws BootException, ConfigException {
        BrainMigrator migrator = new BrainMigrator(EngineConfig.brainPath(environment));
        try {
            boolean done = migrator.migrate();
            return (done ? "brain migrated to version " : "brain already at version ") + Migrations.CURRENT;
        } catch (BrainVersionException e) {
            throw new BootException(ExitCode.MIGRATION_REQUIRED, String.valueOf(e.getMessage()));
        } catch (IOException | SQLException e) {
            throw new BootException(
                    ExitCode.BRAIN_ERROR, "the brain at SQLITE_DB_PATH cannot be migrated: " + e.getMessage());
        }
    }
}
