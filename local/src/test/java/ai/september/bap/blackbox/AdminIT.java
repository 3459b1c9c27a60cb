package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The operator's view over all products. */
class AdminIT {

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR = Orchestrator.shared();

    @SuppressWarnings("NullAway.Init")
    private static Product product;

    @SuppressWarnings("NullAway.Init")
    private static Product other;

    @BeforeAll
    static void fleet() {
        product = ORCHESTRATOR.register("seen");
        other = ORCHESTRATOR.register("seen");
        product.provision("a");
        product.provision("b");
        product.post("b", "stop").isOk();
        other.provision("a");
    }

    private static Client.Reply get(String path) {
        return ORCHESTRATOR.operator().get(path).isOk();
    }

    private static List<String> users(String filters) {
        return get("/admin/engines?limit=1000&" + filters).body().at("/engines").findValuesAsText("user_id");
    }

    private static String ofProduct() {
        return "product=" + product.slug();
    }

    @Test
    void everyPathIsTheOperatorsAlone() {
        for (String path : List.of("/admin/engines", "/admin/status", "/admin/operations", "/admin/audit")) {
            product.client().get(path).isRefused(401, "INVALID_ADMIN_KEY");
            ORCHESTRATOR.anonymous().get(path).isRefused(401, "INVALID_ADMIN_KEY");
        }
        String engine = product.get("a").text("/engine_id");
        for (String verb : List.of("start", "stop")) {
            product.client().post("/admin/engines/" + engine + "/" + verb).isRefused(401, "INVALID_ADMIN_KEY");
        }
        product.client().delete("/admin/engines/" + engine).isRefused(401, "INVALID_ADMIN_KEY");
    }

    @Test
    void enginesAreFiltered() {
        assertThat(users(ofProduct())).containsExactly("a", "b");
        assertThat(users(ofProduct() + "&status=stopped")).containsExactly("b");
        assertThat(users(ofProduct() + "&user=a")).containsExactly("a");
        assertThat(users(ofProduct() + "&image=september-engine:2.3.0")).hasSize(2);
        assertThat(users(ofProduct() + "&image=other:1")).isEmpty();
        assertThat(users(ofProduct() + "&host=local")).hasSize(2);
        assertThat(users(ofProduct() + "&host=elsewhere")).isEmpty();
        assertThat(users("user=a")).hasSizeGreaterThanOrEqualTo(2);
        assertThat(get("/admin/engines?limit=1&" + ofProduct())
                        .body()
                        .path("total")
                        .asInt())
                .isEqualTo(2);
        for (String bad : List.of("product=A", "status=asleep", "user=", "image=%20", "limit=0")) {
            ORCHESTRATOR.operator().get("/admin/engines?" + bad).isRefused(400, "INVALID_REQUEST");
        }
    }

    @Test
    void anEngineIsShownWithItsProductAndNeverWithItsKey() {
        Client.Reply list = get("/admin/engines?" + ofProduct());

        assertThat(list.fields("/engines/0"))
                .containsExactly(
                        "engine_id",
                        "product_id",
                        "product",
                        "user_id",
                        "host_id",
                        "status",
                        "failure",
                        "url",
                        "engine_version",
                        "created_at",
                        "last_health_at");
        assertThat(list.text("/engines/0/product_id")).isEqualTo(product.productId());
        assertThat(list.raw().body()).doesNotContain("sk-sept-");
    }

    @Test
    void theFleetsStatusIsOfAllProductsOrOfOne() {
        assertThat(get("/admin/status?" + ofProduct()).body().toString())
                .isEqualTo(product.client().get("/status").body().toString());
        assertThat(get("/admin/status").body().path("total").asInt()).isGreaterThanOrEqualTo(3);
    }

    @Test
    void operationsAndAuditAreOfAllProductsOrOfOne() {
        JsonNode ofOne = get("/admin/operations?" + ofProduct()).body();
        assertThat(ofOne.at("/operations").findValuesAsText("kind")).containsExactly("stop", "provision", "provision");
        assertThat(ofOne).isEqualTo(product.client().get("/operations").body());
        Client.Reply audit = get("/admin/audit?" + ofProduct());
        assertThat(audit.fields("/entries/0")).contains("product_id", "id", "action", "metadata");
        assertThat(audit.body().at("/entries").findValuesAsText("product_id")).containsOnly(product.productId());
        assertThat(get("/admin/audit?user_id=a&action=provision")
                        .body()
                        .at("/entries")
                        .findValuesAsText("product_id"))
                .contains(product.productId(), other.productId());
        for (String list : List.of("engines", "status", "operations", "audit")) {
            ORCHESTRATOR.operator().get("/admin/" + list + "?product=nobody").isRefused(404, "PRODUCT_NOT_FOUND");
        }
    }

    @Test
    void anyEngineIsStoppedStartedAndDestroyedByItsId() {
        Product theirs = ORCHESTRATOR.register("theirs");
        String id = theirs.provision("u").text("/engine_id");
        String path = "/admin/engines/" + id;

        assertThat(ORCHESTRATOR.operator().post(path + "/stop").isOk().body().toString())
                .isEqualTo("{\"status\":\"stopped\",\"engine_id\":\"" + id + "\"}");
        assertThat(ORCHESTRATOR.operator().post(path + "/start").isOk().text("/status"))
                .isEqualTo("running");
        ORCHESTRATOR.operator().post(path + "/start").isRefused(409, "ENGINE_ALREADY_RUNNING");
        assertThat(ORCHESTRATOR.operator().delete(path).isOk().text("/status")).isEqualTo("destroyed");
        ORCHESTRATOR.operator().delete(path).isRefused(404, "ENGINE_NOT_FOUND");
        ORCHESTRATOR
                .operator()
                .post("/admin/engines/" + UUID.randomUUID() + "/stop")
                .isRefused(404, "ENGINE_NOT_FOUND");
        ORCHESTRATOR.operator().post("/admin/engines/x/stop").isRefused(404, "ENGINE_NOT_FOUND");

        JsonNode stop = theirs.client().get("/audit?action=stop").body().at("/entries/0");
        assertThat(stop.path("actor").asText()).isEqualTo("admin");
        assertThat(stop.at("/metadata/admin_key").asText()).isEqualTo("admin");
    }
}
