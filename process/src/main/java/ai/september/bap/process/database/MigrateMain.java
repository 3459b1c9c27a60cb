package ai.september.bap.process.database;

import ai.september.bap.process.ProcessMain;
import ai.september.bap.process.Role;

/** {@code db migrate}: waits for PostgreSQL, brings it to this version, and ends. */
public final class MigrateMain {

    private MigrateMain() {}

    public static void main(String[] arguments) {
        ProcessMain.runOnce(Role.DB, arguments, configuration -> {
            DatabasePool.migrate(configuration.database());
            return 0;
        });
    }
}
