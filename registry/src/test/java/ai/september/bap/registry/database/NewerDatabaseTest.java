package ai.september.bap.registry.database;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.registry.TestRegistry;
import ai.september.bap.registry.engine.EngineDao;
import ai.september.bap.registry.engine.EngineStatus;
import ai.september.bap.registry.host.HostDao;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.OperationId;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.operation.OperationDao;
import ai.september.bap.registry.operation.Verb;
import ai.september.bap.testing.TestDatabase;
import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** This program on a database that a later one has added to. */
class NewerDatabaseTest {

    /** The driver's. */
    private static final int TIMES_UNTIL_PREPARED = 5;

    @RegisterExtension
    final TestDatabase db = TestRegistry.database();

    @Test
    void columnsThatThisProgramDoesNotKnowAreNoTroubleToIt() {
        TestRegistry registry = TestRegistry.on(db);
        UserId before = registry.runningUser();
        addColumns(registry);

        UserId user = registry.runningUser();
        registry.succeed(registry.begin(Verb.ROTATE_KEY, user));
        registry.succeed(registry.begin(Verb.STOP, before));
        registry.succeed(registry.begin(Verb.START, before));

        assertThat(registry.engine(before).status()).isEqualTo(EngineStatus.RUNNING);
        assertThat(registry.audit(user)).hasSize(2);
        registry.succeed(registry.begin(Verb.DESTROY, user));
        assertThat(registry.findEngine(user)).isEmpty();
        TestRegistry another = TestRegistry.on(db);
        assertThat(another.engine(another.runningUser()).status()).isEqualTo(EngineStatus.RUNNING);
    }

    /** PostgreSQL refuses, in a transaction, a statement it has prepared before and that would return more columns now. */
    @Test
    void statementsThatWerePreparedBeforeGoOn() {
        TestRegistry registry = TestRegistry.on(db);
        UserId user = registry.runningUser();
        EngineId engine = registry.engine(user).engineId();
        OperationId operation = registry.begin(Verb.STOP, user).operationId();

        registry.jdbi.useHandle(handle -> {
            for (int time = 0; time < 2 * TIMES_UNTIL_PREPARED; time++) {
                handle.useTransaction(transaction -> readAll(transaction, registry, engine, operation));
            }
            addColumns(registry);
            handle.useTransaction(transaction -> readAll(transaction, registry, engine, operation));
        });
    }

    private static void readAll(Handle handle, TestRegistry registry, EngineId engine, OperationId operation) {
        EngineDao engines = handle.attach(EngineDao.class);
        assertThat(engines.lock(engine)).isPresent();
        assertThat(engines.find(engine)).isPresent();
        assertThat(engines.page(registry.product, null, 10, 0)).isNotEmpty();
        OperationDao operations = handle.attach(OperationDao.class);
        assertThat(operations.lock(operation)).isPresent();
        assertThat(operations.findOpen(engine)).isPresent();
        assertThat(operations.steps(operation)).isNotEmpty();
        assertThat(operations.claimUnattended(Duration.ZERO, Duration.ZERO, 10)).isNotEmpty();
        assertThat(handle.attach(HostDao.class).choose(Duration.ofMinutes(1), null))
                .isPresent();
    }

    /** As additive migrations do: to be left out, or with a default. */
    private static void addColumns(TestRegistry registry) {
        registry.jdbi.useHandle(handle -> {
            List<String> tables = handle.createQuery(
                            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'flyway%'")
                    .mapTo(String.class)
                    .list();
            assertThat(tables).contains("engines", "operations", "operation_steps", "hosts", "audit_log");
            for (String table : tables) {
                handle.execute("ALTER TABLE " + table + " ADD COLUMN later_a text, ADD COLUMN later_b integer NOT NULL"
                        + " DEFAULT 7");
            }
        });
    }
}
