package ai.september.bap.process.database;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.process.Role;
import ai.september.bap.process.configuration.DatabaseSettings;
import ai.september.bap.registry.database.DatabaseUrl;
import ai.september.bap.testing.TestDatabase;
import io.dropwizard.db.ManagedDataSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DatabasePoolTest {

    @RegisterExtension
    static final TestDatabase db = TestDatabase.empty();

    private static String statementTimeout(Role role) throws Exception {
        ManagedDataSource pool = DatabasePool.open(
                new DatabaseSettings(DatabaseUrl.parse(db.url()), 4), role, new SimpleMeterRegistry());
        pool.start();
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet shown = statement.executeQuery("SHOW statement_timeout")) {
            assertThat(shown.next()).isTrue();
            return shown.getString(1);
        } finally {
            pool.stop();
        }
    }

    @Test
    void theServerGivesUpAnApisStatementWhenTheApiDoes() throws Exception {
        assertThat(statementTimeout(Role.API)).isEqualTo("1500ms");
    }

    @Test
    void aWorkersStatementsHaveTheServersTime() throws Exception {
        assertThat(statementTimeout(Role.WORKER)).isEqualTo("0");
    }
}
