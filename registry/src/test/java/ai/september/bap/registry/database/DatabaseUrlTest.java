package ai.september.bap.registry.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.september.bap.testing.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseUrlTest {

    @RegisterExtension
    static final TestDatabase DB = TestDatabase.empty();

    @ParameterizedTest
    @CsvSource(delimiterString = " -> ", textBlock = """
            postgresql://bap:s3cret@db:5433/orchestrator -> jdbc:postgresql://db:5433/orchestrator
            postgres://bap:s3cret@db/orchestrator -> jdbc:postgresql://db/orchestrator
            postgresql://bap:s3cret@[::1]:5432/bap -> jdbc:postgresql://[::1]:5432/bap
            postgresql://bap:s3cret@one:5432,two:5433/bap -> jdbc:postgresql://one:5432,two:5433/bap
            postgresql://bap@db/bap?password=s3cret -> jdbc:postgresql://db/bap
            jdbc:postgresql://db:5433/bap?user=bap&password=s3cret -> jdbc:postgresql://db:5433/bap
            jdbc:postgresql://bap:s3cret@db/bap -> jdbc:postgresql://db/bap
            """)
    void readsEveryForm(String text, String jdbcUrl) {
        assertThat(DatabaseUrl.parse(text))
                .isEqualTo(new DatabaseUrl(jdbcUrl + "?logServerErrorDetail=false", "bap", "s3cret"));
    }

    @Test
    void decodesUserAndPassword() {
        DatabaseUrl url = DatabaseUrl.parse("postgresql://b%40p:p%2Fa%3Ass%25+%C3%A9@db/bap");

        assertThat(url.user()).isEqualTo("b@p");
        assertThat(url.password()).isEqualTo("p/a:ss%+é");
    }

    @Test
    void aPlusIsASpaceInJdbcUrlsOnly() {
        assertThat(DatabaseUrl.parse("jdbc:postgresql://db/bap?user=bap&password=a+b%2B")
                        .password())
                .isEqualTo("a b+");
        assertThat(DatabaseUrl.parse("postgresql://db/bap?user=bap&password=a+b")
                        .password())
                .isEqualTo("a+b");
    }

    @Test
    void aPasswordMayBeLeftOut() {
        assertThat(DatabaseUrl.parse("postgresql://bap@db/bap").password()).isEmpty();
    }

    @Test
    void parametersAreHandedOnUnderTheNamesTheDriverKnows() {
        assertThat(DatabaseUrl.parse(
                                "postgresql://bap@db/bap?sslmode=require&connect_timeout=3&logServerErrorDetail=true")
                        .jdbcUrl())
                .isEqualTo("jdbc:postgresql://db/bap?sslmode=require&connectTimeout=3&logServerErrorDetail=true");
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " -> ", textBlock = """
            '' -> is not set
            mysql://bap:s3cret@db/bap -> is not a PostgreSQL address
            bap:s3cret@db/bap -> is not a PostgreSQL address
            postgresql://bap:s3c/ret@db/bap -> must be percent-encoded
            postgresql://bap:s3c%ret@db/bap -> a % that is not followed by two hexadecimal digits
            postgresql://:s3cret@db/bap -> names no user
            postgresql://db/bap -> names no user
            postgresql://bap:s3cret@/bap -> names no legal host
            postgresql://bap:s3cret@db:port/bap -> names no legal host
            postgresql://bap:s3cret@db:65536/bap -> not between 1 and 65535
            postgresql://bap:s3cret@db:0/bap -> not between 1 and 65535
            postgresql://bap:s3cret@db -> names no database
            postgresql://bap:s3cret@db/ -> names no database
            postgresql://bap:s3cret@db/bap?sslmode -> a parameter without a value
            """)
    void refusalsSayWhatIsWrongWithAnExampleAndWithoutThePassword(String text, String wrong) {
        assertThatThrownBy(() -> DatabaseUrl.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ORCH_DATABASE_URL")
                .hasMessageContaining(wrong)
                .hasMessageContaining("postgresql://bap:password@localhost:5432/bap")
                .hasMessageNotContainingAny("s3c", "ret@")
                .hasNoCause();
    }

    @ParameterizedTest
    @ValueSource(strings = {"<password>", "changeme", "$%28pwgen%29", "${DB_PASSWORD}"})
    void aForgottenPasswordIsRefused(String password) {
        assertThatThrownBy(() -> DatabaseUrl.parse("postgresql://bap:" + password + "@db/bap"))
                .hasMessageStartingWith("the password in ORCH_DATABASE_URL");
    }

    @Test
    void textShowsNeitherPasswordNorParameters() {
        assertThat(DatabaseUrl.parse("postgresql://bap:s3cret@db/bap?sslpassword=other"))
                .hasToString("DatabaseUrl[jdbc:postgresql://db/bap, user=bap, password=[REDACTED]]");
    }

    @Test
    void leadsToARealDatabase() throws SQLException {
        DatabaseUrl url = DatabaseUrl.parse(DB.url());

        try (Connection connection = DriverManager.getConnection(url.jdbcUrl(), url.user(), url.password())) {
            assertThat(connection.getCatalog()).isEqualTo(DB.name());
        }
    }
}
