package ai.september.bap.local.cli;

import ai.september.bap.process.database.MigrateMain;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** What is done to the database by hand. */
@Command(name = "db", description = "Looks after the database.", mixinStandardHelpOptions = true)
final class DbCommand {

    @Command(name = "migrate", description = "Brings the database to this version, waiting for it to be there.")
    void migrate(
            @Parameters(arity = "0..1", paramLabel = "config.yml", description = "the configuration") @Nullable
                    String file) {
        MigrateMain.main(file == null ? new String[0] : new String[] {file});
    }
}
