package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.testing.Await;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A user asks to be forgotten. */
class ErasureIT {

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR = Orchestrator.shared();

    private static final String NAME = "hedwig.forgotten@example.org";

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
}
