package ai.september.bap.process.keys;

import ai.september.bap.process.Prerequisites;
import ai.september.bap.process.ProcessMain;
import ai.september.bap.process.Role;
import ai.september.bap.process.StartFailure;
import ai.september.bap.process.configuration.OrchestratorConfiguration;
import ai.september.bap.process.database.DatabasePool;
import ai.september.bap.registry.database.Migrations;
import ai.september.bap.registry.database.RegistryJdbi;
import ai.september.bap.registry.engine.MasterKeyRotation;
import ai.september.bap.registry.vault.Vault;
import io.dropwizard.db.ManagedDataSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.PrintStream;

/** {@code rotate-master-key}: waits for PostgreSQL, brings all engine keys under the first master key, and ends. */
public final class RotateMasterKeyMain {

    private RotateMasterKeyMain() {}

    public static void main(String[] arguments) {
        ProcessMain.runOnce(
                Role.MASTER_KEY_ROTATION, arguments, configuration -> rotate(configuration, System.out, System.err));
    }

    /**
     * The task itself.
     *
     * @param out gets the progress, and how it ended
     * @param err gets what is left to be done, and how
     * @return the exit code: 0 if the first master key opens every engine's key, and 1 if not, or if it ended early
     */
    public static int rotate(OrchestratorConfiguration configuration, PrintStream out, PrintStream err)
            throws Exception {
        ManagedDataSource database =
                DatabasePool.open(configuration.database(), Role.MASTER_KEY_ROTATION, new SimpleMeterRegistry());
        database.start();
        try {
            Prerequisites.awaitMigrated(new Migrations(database));
            MasterKeyRotation rotation =
                    new MasterKeyRotation(RegistryJdbi.create(database), new Vault(configuration.masterKeys()));
            RotationReport report = new RotationReport(out, err);
            return finish(rotation, report, configuration.masterKeys().count());
        } finally {
            database.stop();
        }
    }

    private static int finish(MasterKeyRotation rotation, RotationReport report, int masterKeys)
            throws InterruptedException {
        try {
            report.begin(masterKeys, rotation.engines());
            MasterKeyRotation.Outcome outcome = rotation.run(report);
            report.end(outcome);
            return outcome.isComplete() ? 0 : ProcessMain.EXIT_FAILURE;
        } catch (RuntimeException failure) {
            report.endedEarly(StartFailure.describe(failure));
            return ProcessMain.EXIT_FAILURE;
        }
    }
}
