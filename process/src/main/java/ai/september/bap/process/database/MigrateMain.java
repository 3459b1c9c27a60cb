package ai.september.bap.process.database;

import ai.september.bap.process.Prerequisites;
import ai.september.bap.process.ProcessMain;
import ai.september.bap.process.Role;
import ai.september.bap.process.configuration.OrchestratorConfiguration;
import ai.september.bap.registry.database.Migrations;
import io.dropwizard.db.ManagedDataSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/** {@code db migrate}: waits for PostgreSQL, brings it to this version, and ends. */
public final class MigrateMain {

    private MigrateMain() {}

    public static void main(String[] arguments) {
        ProcessMain.runOnce(Role.DB, arguments, MigrateMain::migrate);
    }

    private static int migrate(OrchestratorConfiguration configuration) throws Exception {
        ManagedDataSource database = DatabasePool.open(configuration.database(), Role.DB, new SimpleMeterRegistry());
        database.start();
        try {
            Prerequisites.awaitMigrated(new Migrations(database));
            return 0;
        } finally {
            database.stop();
        }
    }
}
