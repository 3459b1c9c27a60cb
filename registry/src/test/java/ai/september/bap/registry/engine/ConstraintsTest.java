package ai.september.bap.registry.engine;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.september.bap.registry.TestRegistry;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.Verb;
import ai.september.bap.testing.TestDatabase;
import org.jdbi.v3.core.statement.SqlStatements;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What no program, however wrong, can write. */
class ConstraintsTest {

    @RegisterExtension
    static final TestDatabase db = TestRegistry.database();

    private static TestRegistry registry;
    private static EngineRow engine;
    private static EngineRow newcomer;
    private static Operation open;
    private static Operation ended;

    @BeforeAll
    static void open() {
        registry = TestRegistry.on(db);
        UserId user = registry.runningUser();
        engine = registry.engine(user);
        ended = registry.begin(Verb.STOP, user);
        registry.succeed(ended);
        UserId fresh = TestRegistry.newUser();
        open = registry.begin(Verb.PROVISION, fresh);
        newcomer = registry.engine(fresh);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            engines_status_legal               | UPDATE engines SET status = 'paused' WHERE engine_id = :engine
            engines_running_ran                | UPDATE engines SET status = 'running' WHERE engine_id = :newcomer
            engines_running_ran                | UPDATE engines SET status = 'sleeping' WHERE engine_id = :newcomer
            engines_port_legal                 | UPDATE engines SET port = 0 WHERE engine_id = :engine
            engines_port_legal                 | UPDATE engines SET port = 65536 WHERE engine_id = :engine
            engines_one_per_port               | UPDATE engines SET port = (SELECT port FROM engines WHERE engine_id = :newcomer) WHERE engine_id = :engine
            engines_one_per_user               | UPDATE engines SET user_id = (SELECT user_id FROM engines WHERE engine_id = :newcomer) WHERE engine_id = :engine
            engines_key_hash_sha256            | UPDATE engines SET key_hash = 'short' WHERE engine_id = :engine
            engines_pending_hash_sha256        | UPDATE engines SET pending_key_hash = 'short', pending_key_token = 'x' WHERE engine_id = :engine
            engines_pending_key_whole          | UPDATE engines SET pending_key_hash = key_hash WHERE engine_id = :engine
            engines_pending_key_whole          | UPDATE engines SET pending_key_token = 'x' WHERE engine_id = :engine
            engines_incarnation_positive       | UPDATE engines SET incarnation = 0 WHERE engine_id = :engine
            engines_host_fk                    | UPDATE engines SET host_id = 'nowhere' WHERE engine_id = :engine
            operations_one_open_per_engine     | UPDATE operations SET status = 'pending', finished_at = NULL, engine_id = :newcomer WHERE operation_id = :ended
            operations_kind_legal              | UPDATE operations SET kind = 'pause' WHERE operation_id = :open
            operations_status_legal            | UPDATE operations SET status = 'lost' WHERE operation_id = :open
            operations_finished_when_ended     | UPDATE operations SET status = 'failed' WHERE operation_id = :open
            operations_finished_when_ended     | UPDATE operations SET finished_at = now() WHERE operation_id = :open
            operations_finished_when_ended     | UPDATE operations SET status = 'running' WHERE operation_id = :ended
            operation_steps_status_legal       | UPDATE operation_steps SET status = 'lost' WHERE operation_id = :open
            operation_steps_once               | UPDATE operation_steps SET name = 'launch_container' WHERE operation_id = :open
            hosts_port_range                   | UPDATE hosts SET port_max = port_min - 1
            hosts_backend_known                | UPDATE hosts SET backend = 'magic'
            products_slug_legal                | UPDATE products SET slug = 'No Slug'
            products_policy_object             | UPDATE products SET policy = '[]'
            platform_keys_hash_sha256          | UPDATE platform_keys SET key_hash = 'short'
            engines_product_fk                 | DELETE FROM products
            """)
    void illegalStatesAreRefused(String constraint, String statement) {
        assertThatThrownBy(() -> registry.jdbi.useHandle(handle -> handle.createUpdate(statement)
                        .configure(SqlStatements.class, statements -> statements.setUnusedBindingAllowed(true))
                        .bind("engine", engine.engineId())
                        .bind("newcomer", newcomer.engineId())
                        .bind("open", open.operationId())
                        .bind("ended", ended.operationId())
                        .execute()))
                .hasMessageContaining("\"" + constraint + "\"");
    }
}
