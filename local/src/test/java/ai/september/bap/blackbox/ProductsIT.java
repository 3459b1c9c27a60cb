package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.testing.Await;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The operator's products. */
class ProductsIT {

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR = Orchestrator.shared();

    private static Client operator() {
        return ORCHESTRATOR.operator();
    }

    private static String path(Product product) {
        return "/products/" + product.productId();
    }

    @Test
    void areListedAndShownWithoutTheirKeys() {
        Product product = ORCHESTRATOR.register("shown", "{\"max_engines\":3}");

        Client.Reply shown = operator().get(path(product)).isOk();
        assertThat(shown.fields(""))
                .containsExactly("product_id", "slug", "display_name", "status", "policy", "created_at");
        assertThat(shown.text("/slug")).isEqualTo(product.slug());
        assertThat(shown.text("/status")).isEqualTo("active");
        assertThat(shown.body().path("policy").toString()).isEqualTo("{\"max_engines\":3}");

        int total =
                operator().get("/products?limit=1").isOk().body().path("total").asInt();
        Client.Reply last =
                operator().get("/products?limit=1&offset=" + (total - 1)).isOk();
        assertThat(last.fields("")).containsExactly("products", "total");
        assertThat(last.body().at("/products")).hasSize(1);
        assertThat(operator()
                        .get("/products?limit=1000")
                        .isOk()
                        .body()
                        .at("/products")
                        .findValuesAsText("slug"))
                .contains(product.slug());
    }

    @Test
    void areTheOperatorsAlone() {
        Product product = ORCHESTRATOR.register("alone");
        for (Client stranger : new Client[] {product.client(), ORCHESTRATOR.anonymous()}) {
            stranger.get("/products").isRefused(401, "INVALID_ADMIN_KEY");
            stranger.get(path(product)).isRefused(401, "INVALID_ADMIN_KEY");
            stranger.delete(path(product)).isRefused(401, "INVALID_ADMIN_KEY");
        }
        for (String id : new String[] {UUID.randomUUID().toString(), "x", "register"}) {
            operator().delete("/products/" + id).isRefused(404, "PRODUCT_NOT_FOUND");
        }
        operator().get("/products/" + UUID.randomUUID()).isRefused(404, "PRODUCT_NOT_FOUND");
    }

    @Test
    void oneWithoutEnginesIsDeletedAndItsSlugIsFree() {
        Product product = ORCHESTRATOR.register("empty");

        Client.Reply deleted = operator().delete(path(product)).isOk();

        assertThat(deleted.body().toString())
                .isEqualTo("{\"product_id\":\"" + product.productId() + "\",\"status\":\"deleted\"}");
        operator().get(path(product)).isRefused(404, "PRODUCT_NOT_FOUND");
        product.client().get("/engines").isRefused(401, "INVALID_PLATFORM_KEY");
        operator()
                .post("/products/register", "{\"slug\":\"" + product.slug() + "\",\"display_name\":\"again\"}")
                .isOk();
    }

    @Test
    void oneWithEnginesIsNotDeletedByMistake() {
        Product product = ORCHESTRATOR.register("full");
        product.provision("u");

        operator().delete(path(product)).isRefused(409, "PRODUCT_NOT_EMPTY");
        operator().delete(path(product) + "?destroy_engines=maybe").isRefused(400, "INVALID_REQUEST");

        assertThat(product.admit("u").isOk().body().path("admitted").asBoolean())
                .isTrue();
        product.destroy("u").isOk();
    }

    @Test
    void oneIsDeletedWithAllItsEnginesAndTheOperationShowsHowFarItIs() {
        Product product = ORCHESTRATOR.register("doomed");
        for (int i = 0; i < 3; i++) {
            product.provision("u" + i);
        }

        Client.Reply accepted = operator().delete(path(product) + "?destroy_engines=true");

        String operation = accepted.isAccepted();
        assertThat(accepted.fields(""))
                .containsExactly(
                        "operation_id",
                        "engine_id",
                        "user_id",
                        "kind",
                        "status",
                        "steps",
                        "error",
                        "created_at",
                        "finished_at",
                        "progress");
        assertThat(accepted.text("/kind")).isEqualTo("delete_product");
        assertThat(accepted.body().at("/progress/engines_total").asInt()).isEqualTo(3);
        product.client().get("/engines").isRefused(401, "INVALID_PLATFORM_KEY");
        Await.atMost(Duration.ofSeconds(60), "the product is deleted")
                .until(() -> operator()
                        .get("/operations/" + operation)
                        .isOk()
                        .text("/status")
                        .equals("succeeded"));
        Client.Reply ended = operator().get("/operations/" + operation).isOk();
        assertThat(ended.body().at("/progress").toString()).isEqualTo("{\"engines_total\":3,\"engines_destroyed\":3}");
        assertThat(ended.body().at("/steps").findValuesAsText("status")).containsOnly("succeeded");
        operator().get(path(product)).isRefused(404, "PRODUCT_NOT_FOUND");
        operator().get("/admin/engines?product=" + product.slug()).isRefused(404, "PRODUCT_NOT_FOUND");
        assertThat(ORCHESTRATOR
                        .sql()
                        .<Integer, RuntimeException>withHandle(handle -> handle.createQuery(
                                        "SELECT count(*) FROM operations WHERE product_id = ?::uuid AND kind = 'destroy'"
                                                + " AND status = 'succeeded' AND actor = 'admin' AND admin_key = 'admin'")
                                .bind(0, product.productId())
                                .mapTo(Integer.class)
                                .one()))
                .isEqualTo(3);
    }
}
