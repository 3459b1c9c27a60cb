package ai.september.bap.registry.database;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.registry.TestRegistry;
import ai.september.bap.registry.engine.EngineStatus;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.operation.Verb;
import ai.september.bap.testing.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** This program on a database that a later one has added to. */
class NewerDatabaseTest {

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
