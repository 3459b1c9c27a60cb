package ai.september.bap.registry.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.september.bap.registry.TestRegistry;
import ai.september.bap.testing.Await;
import ai.september.bap.testing.TestDatabase;
import java.time.Duration;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PatientTransactionsTest {

    private static final Duration PATIENCE = Duration.ofMillis(700);
    private static final String TIMEOUT = "SHOW statement_timeout";

    @RegisterExtension
    static final TestDatabase db = TestRegistry.database();

    private Jdbi jdbi;

    @BeforeEach
    void open() {
        jdbi = RegistryJdbi.create(db.dataSource(), PATIENCE);
    }

    private static String ask(Handle handle, String sql) {
        return handle.createQuery(sql).mapTo(String.class).one();
    }

    @Test
    void theServerHasAsMuchPatienceAsWeHaveAndOnlyInTheTransaction() {
        try (Handle handle = jdbi.open()) {
            String before = ask(handle, TIMEOUT);

            assertThat(handle.<String, RuntimeException>inTransaction(transaction -> ask(transaction, TIMEOUT)))
                    .isEqualTo("700ms");

            assertThat(ask(handle, TIMEOUT)).isEqualTo(before).isNotEqualTo("700ms");
        }
    }

    @Test
    void whatWasGivenUpDoesNotGoOnInTheServer() {
        assertThatThrownBy(() -> jdbi.useTransaction(handle -> handle.execute("SELECT pg_sleep(600)")))
                .satisfies(failure ->
                        assertThat(DatabaseFaults.unavailability(failure)).isPresent());

        Await.atMost(Duration.ofSeconds(20), "no statement is left behind")
                .until(() -> jdbi.withHandle(
                                handle -> ask(
                                        handle,
                                        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                                + " AND state = 'active' AND query LIKE '%pg_sleep(600)%' AND pid <> pg_backend_pid()"))
                        .equals("0"));
    }
}
