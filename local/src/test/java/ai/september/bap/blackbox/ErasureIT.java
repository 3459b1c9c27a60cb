package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.testing.Await;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A user asks to be forgotten. */
class ErasureIT {

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR = Orchestrator.shared();

    private static final String NAME = "hedwig.forgotten@example.org";
    private static final int MANY = 20_000;
    private static final int BATCH = 1_000;
    private static final int WAITING = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void aDestroyWithErasureLeavesTheRowsAndNotTheName() {
        Product product = ORCHESTRATOR.register("erase");
        product.provision(NAME);
        product.client()
                .with("Idempotency-Key", "k")
                .post(Product.path(NAME) + "/stop")
                .isOk();
        product.admit(NAME).isDenied("engine_stopped");
        Await.atMost(Duration.ofSeconds(10), "the refused admit is audited")
                .until(() -> product.client()
                                .get("/audit?action=admit_denied")
                                .body()
                                .at("/entries")
                                .size()
                        == 1);

        product.client().delete(Product.path(NAME) + "?erase=true").isOk();

        assertThat(ORCHESTRATOR
                        .sql()
                        .<List<String>, RuntimeException>withHandle(handle -> handle.createQuery("""
                        SELECT 'engines' FROM engines t WHERE t::text LIKE :name
                        UNION ALL SELECT 'operations' FROM operations t WHERE t::text LIKE :name
                        UNION ALL SELECT 'audit_log' FROM audit_log t WHERE t::text LIKE :name
                        UNION ALL SELECT 'idempotency_keys' FROM idempotency_keys t WHERE t::text LIKE :name""")
                                .bind("name", "%" + NAME + "%")
                                .mapTo(String.class)
                                .list()))
                .isEmpty();
        var entries = product.client().get("/audit").isOk().body().at("/entries");
        assertThat(entries.findValuesAsText("action"))
                .containsExactly("destroy", "admit_denied", "stop", "provision", "policy_register");
        assertThat(entries.findValuesAsText("user_id").stream()
                        .filter(id -> !id.equals("null"))
                        .distinct())
                .singleElement()
                .asString()
                .matches("erased-[0-9a-f-]{36}");
    }

    @Test
    void whoHasNoEngineAnyMoreCanStillBeErased() {
        Product product = ORCHESTRATOR.register("erase");
        product.provision(NAME);
        product.destroy(NAME).isOk();

        Client.Reply reply =
                product.client().delete(Product.path(NAME) + "?erase=true").isRefused(404, "ENGINE_NOT_FOUND");

        assertThat(reply.text("/error/message")).contains("erased from 4");
        assertThat(product.client()
                        .get("/audit?user_id=" + Client.segment(NAME))
                        .body()
                        .at("/entries"))
                .isEmpty();
        product.client().delete(Product.path(NAME) + "?erase=sure").isRefused(400, "INVALID_REQUEST");
    }

    /** Counted by transaction: each row has the number of the one that changed it last. */
    @Test
    void aDestroyDoesNotWaitForTheRowsOfAUserWhoHasMany() {
        Product product = ORCHESTRATOR.register("erase");
        product.provision(NAME);
        writeRefusals(product, MANY);

        product.client().delete(Product.path(NAME) + "?erase=true").isOk();

        product.get(NAME).isRefused(404, "ENGINE_NOT_FOUND");
        awaitNoRowOf(product);
        assertThat(count(product, "SELECT max(rows) FROM (SELECT count(*) AS rows FROM erased GROUP BY changed) AS t"))
                .as("rows of the largest transaction")
                .isEqualTo(BATCH);
        assertThat(count(product, "SELECT count(DISTINCT user_id) FROM erased")).isEqualTo(1);
        assertThat(count(product, "SELECT count(*) FROM erased")).isEqualTo(MANY + 2);
    }

    @Test
    void whoHasManyRowsAndNoEngineIsToldThatItGoesOn() {
        Product product = ORCHESTRATOR.register("erase");
        writeRefusals(product, MANY);

        Client.Reply reply =
                product.client().delete(Product.path(NAME) + "?erase=true").isRefused(404, "ENGINE_NOT_FOUND");

        assertThat(reply.text("/error/message")).contains("erased from 1000 ", "so far");
        awaitNoRowOf(product);
    }

    /** Their refusals are audited after the erasure. */
    @Test
    void admitsThatWaitedForTheDestroyLeaveNoNameEither() {
        Product product = ORCHESTRATOR.register("erase");
        String engineId = product.provision(NAME).text("/engine_id");
        List<CompletableFuture<Client.Reply>> admits;
        try (EngineGate gate = EngineGate.of(ORCHESTRATOR, engineId)) {
            product.async().client().delete(Product.path(NAME) + "?erase=true").isAccepted();
            admits = Stream.generate(() -> product.client().postAsync(Product.path(NAME) + "/admit", "{}"))
                    .limit(WAITING)
                    .toList();
            ORCHESTRATOR.awaitWaiting(WAITING);
        }
        admits.forEach(admit -> admit.join().isDenied("engine_not_found"));
        Await.atMost(PATIENCE, "all refusals are audited")
                .until(() -> count(product, "SELECT count(*) FROM named WHERE action = 'admit_denied'") == WAITING);

        // The last pass is due after a minute.
        ORCHESTRATOR.sql().useHandle(handle -> handle.execute("UPDATE erasures SET due_at = now()"));

        awaitNoRowOf(product);
        assertThat(count(product, "SELECT count(*) FROM erased")).isEqualTo(WAITING + 2);
    }

    @Test
    void withAProductTheNamesOfAllItsUsersGo() {
        Product product = ORCHESTRATOR.register("erase");
        Client operator = ORCHESTRATOR.operator();
        String path = "/products/" + product.productId();
        product.provision(NAME);
        writeRefusals(product, 1);
        operator.delete(path + "?erase=please").isRefused(400, "INVALID_REQUEST");
        operator.delete(path + "?erase=true").isRefused(409, "PRODUCT_NOT_EMPTY");

        operator.delete(path + "?destroy_engines=true&erase=true").isAccepted();

        awaitNoRowOf(product);
        assertThat(count(product, "SELECT count(*) FROM erased")).isEqualTo(3);
        operator.get(path).isRefused(404, "PRODUCT_NOT_FOUND");

        writeRefusals(product, 1);
        operator.delete(path + "?erase=true").isRefused(404, "PRODUCT_NOT_FOUND");
        awaitNoRowOf(product);
    }

    private static void writeRefusals(Product product, int rows) {
        ORCHESTRATOR
                .sql()
                .useHandle(handle -> handle.createUpdate("""
                        INSERT INTO audit_log (product_id, user_id, action)
                        SELECT :product::uuid, :name, 'admit_denied' FROM generate_series(1, :rows)""")
                        .bind("product", product.productId())
                        .bind("name", NAME)
                        .bind("rows", rows)
                        .execute());
    }

    private static void awaitNoRowOf(Product product) {
        Await.atMost(PATIENCE, "no row has the name").until(() -> count(product, "SELECT count(*) FROM named") == 0);
    }

    /** Counts audit rows of the product, by whether they have the name. */
    private static long count(Product product, String sql) {
        return ORCHESTRATOR
                .sql()
                .withHandle(handle -> handle.createQuery("""
                        WITH named AS (SELECT * FROM audit_log WHERE product_id = :product::uuid AND user_id = :name),
                        erased AS (SELECT *, xmin::text AS changed FROM audit_log
                            WHERE product_id = :product::uuid AND user_id LIKE 'erased-%')
                        """ + sql)
                        .bind("product", product.productId())
                        .bind("name", NAME)
                        .mapTo(Long.class)
                        .one());
    }
}
