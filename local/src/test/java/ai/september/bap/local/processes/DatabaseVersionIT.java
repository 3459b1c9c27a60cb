package ai.september.bap.local.processes;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.process.ProcessMain;
import ai.september.bap.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class DatabaseVersionIT {

    private static final String NEWER = """
            INSERT INTO flyway_schema_history (installed_rank, version, description, type, script, installed_by,
                execution_time, success)
            VALUES (9999, '9999', 'from the future', 'SQL', 'V9999__from_the_future.sql', 'test', 0, true)
            """;

    @RegisterExtension
    final TestDatabase database = TestDatabase.empty();

    @TempDir
    Path folder;

    private Installation installation;

    @BeforeEach
    void install() throws Exception {
        installation = new Installation(folder, database.url());
    }

    @AfterEach
    void uninstall() throws Exception {
        installation.close();
    }

    @Test
    void twoThatMigrateAnEmptyDatabaseAtOnceBothSucceed() throws Exception {
        Program one = installation.migrate();
        Program other = installation.migrate();

        assertThat(one.awaitEnd(0).complaints()).isEmpty();
        assertThat(other.awaitEnd(0).complaints()).isEmpty();
        assertThat(installation.migrate().awaitEnd(0).complaints()).isEmpty();
    }

    @Test
    void aDatabaseThatANewerReleaseOnlyAddedToIsUsed() throws Exception {
        installation.migrate().awaitEnd(0);
        execute(NEWER);

        assertThat(installation.migrate().awaitEnd(0).complaints()).isEmpty();
        installation.api().awaitLog("Application startup complete.");
    }

    @Test
    void aDatabaseThatANewerReleaseHasBrokenIsRefusedByEveryProcessInOneLine() throws Exception {
        installation.migrate().awaitEnd(0);
        execute(NEWER);
        execute("UPDATE compatibility SET compatible_from = '9998'");

        List<Program> refusing = List.of(installation.migrate(), installation.worker(), installation.api());

        for (Program program : refusing) {
            assertThat(program.awaitEnd(ProcessMain.EXIT_FAILURE).complaints())
                    .singleElement()
                    .asString()
                    .matches(
                            "(db|worker|api) cannot start: the database is at version 9999 and works with programs that know"
                                    + " version 9998, this program knows.*backup.*");
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
