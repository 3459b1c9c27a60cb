package ai.september.bap.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TestDatabaseTest {

    private static final AtomicInteger INITIALISATIONS = new AtomicInteger();

    private record Notes() implements Consumer<DataSource> {

        @Override
        public void accept(DataSource dataSource) {
            INITIALISATIONS.incrementAndGet();
            execute(dataSource, "CREATE TABLE note (body text)");
        }
    }

    @RegisterExtension
    static final TestDatabase SHARED = TestDatabase.with(new Notes());

    @RegisterExtension
    final TestDatabase fresh = TestDatabase.with(new Notes());

    private static String outerName = "";

    @BeforeAll
    static void rememberTheName() {
        outerName = SHARED.name();
    }

    @Test
    @Order(1)
    void startsAsTheInitialiserLeftIt() {
        execute(SHARED.dataSource(), "INSERT INTO note VALUES ('one')");
        execute(fresh.dataSource(), "INSERT INTO note VALUES ('one')");

        assertThat(query(fresh, "SELECT count(*) FROM note")).isEqualTo("1");
    }

    @Test
    @Order(2)
    void aStaticFieldKeepsItsRowsAndAnInstanceFieldStartsAnew() {
        assertThat(query(SHARED, "SELECT count(*) FROM note")).isEqualTo("1");
        assertThat(query(fresh, "SELECT count(*) FROM note")).isEqualTo("0");
    }

    @Test
    @Order(3)
    void databasesOfEarlierTestsAreGone() {
        assertThat(query(fresh, "SELECT count(*) FROM pg_database WHERE datname LIKE 'test\\_%'"))
                .isEqualTo("2");
    }

    @Test
    void anEqualInitialiserRunsOncePerJvm() {
        assertThat(INITIALISATIONS).hasValue(1);
    }

    @Test
    void theServerIsAsNewAsProduction() {
        assertThat(query(SHARED, "SHOW server_version")).startsWith("17.");
    }

    @Test
    void bothUrlsLeadToTheDatabase() throws SQLException {
        assertThat(SHARED.url()).matches("postgresql://postgres:postgres@127\\.0\\.0\\.1:\\d+/" + SHARED.name());
        try (Connection connection = DriverManager.getConnection(SHARED.jdbcUrl())) {
            assertThat(connection.getCatalog()).isEqualTo(SHARED.name());
        }
    }

    @Test
    void anInitialiserMayLeaveConnectionsOpen() {
        List<Connection> open = new ArrayList<>();
        DatabaseTemplates templates = DatabaseTemplates.shared();

        templates.drop(templates.copy(dataSource -> open.add(connect(dataSource))));

        assertThat(open)
                .singleElement()
                .satisfies(connection -> assertThat(connection.isValid(1)).isFalse());
    }

    @Test
    void aDatabaseCanBeCutOffAndRestored() throws SQLException {
        try (Connection open = fresh.dataSource().getConnection()) {
            fresh.cutOff();

            assertThat(open.isValid(1)).isFalse();
            assertThatThrownBy(() -> fresh.dataSource().getConnection()).isInstanceOf(SQLException.class);
        }
        fresh.restore();

        assertThat(query(fresh, "SELECT 1")).isEqualTo("1");
    }

    @Test
    void anUnregisteredDatabaseSaysWhatIsMissing() {
        assertThatThrownBy(() -> TestDatabase.empty().url()).hasMessageContaining("@RegisterExtension");
    }

    @Nested
    class InANestedClass {

        @Test
        void theOuterDatabaseIsUsed() {
            assertThat(query(SHARED, "SELECT current_database()")).isEqualTo(outerName);
        }
    }

    private static Connection connect(DataSource dataSource) {
        try {
            return dataSource.getConnection();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void execute(DataSource dataSource, String sql) {
        try (Connection connection = connect(dataSource);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String query(TestDatabase db, String sql) {
        try (Connection connection = db.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
