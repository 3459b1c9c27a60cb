package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.testing.Await;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a policy allows beyond numbers of engines and admits. */
class PolicyIT {

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR = Orchestrator.shared();

    private static void set(Product product, String policy) {
        ORCHESTRATOR
                .operator()
                .put("/products/" + product.productId() + "/policy", "{\"policy\":" + policy + "}")
                .isOk();
    }

    @Test
    void anImageThatItDoesNotAllowIsDeniedToAdmitsToo() {
        Product product = ORCHESTRATOR.register("images", "{\"allowed_images\":[\"other-engine:*\"]}");

        product.client().post("/engines/provision", Client.json("user_id", "u")).isRefused(403, "POLICY_DENIED");
        product.admit("u", "{\"auto_provision\":true}").isRefused(403, "POLICY_DENIED");
        product.get("u").isRefused(404, "ENGINE_NOT_FOUND");
        set(product, "{\"allowed_images\":[\"other-engine:*\",\"september-engine:2.?.0\"]}");

        product.admit("u", "{\"auto_provision\":true}").isOk();
        set(product, "{\"allowed_images\":[\"other-engine:*\"]}");
        assertThat(product.admit("u").isOk().body().path("admitted").asBoolean())
                .as("engines that are there are left alone")
                .isTrue();
        product.destroy("u").isOk();
    }

    @Test
    void resourcesAreWithinTheOperatorsMaximum() {
        Product product = ORCHESTRATOR.register("resources", "{\"resources\":{\"memory_mb\":128,\"cpus\":0.5}}");
        Client operator = ORCHESTRATOR.operator();
        String path = "/products/" + product.productId();

        assertThat(operator.get(path).isOk().body().at("/policy/resources").toString())
                .isEqualTo("{\"memory_mb\":128,\"cpus\":0.5}");
        operator.put(path + "/policy", "{\"policy\":{\"resources\":{\"memory_mb\":257}}}")
                .isRefused(400, "INVALID_REQUEST");
        operator.put(path + "/policy", "{\"policy\":{\"resources\":{\"memory_mb\":6,\"pids\":16}}}")
                .isOk();
        assertThat(operator.get(path).isOk().body().at("/policy/resources").toString())
                .isEqualTo("{\"memory_mb\":6,\"pids\":16}");
    }

    @Test
    void provisionsBeyondTheLimitWaitForTheirTurn() {
        Product product = ORCHESTRATOR.register("turns", "{\"max_concurrent_provisions\":1}");
        List<String> operations;
        try (SteerableEngine.Steering held = ORCHESTRATOR.engine().hold()) {
            operations = IntStream.range(0, 3)
                    .mapToObj(user -> product.async()
                            .client()
                            .post("/engines/provision", Client.json("user_id", "u" + user))
                            .isAccepted())
                    .toList();
            Operations.awaitStep(product, operations.get(0), "await_healthy", "running");
            assertThat(product.client()
                            .get("/operations?status=pending")
                            .body()
                            .at("/operations")
                            .findValuesAsText("operation_id"))
                    .containsExactly(operations.get(2), operations.get(1));
            product.destroy("u0").isOk();
        }

        Operations.awaitEnd(product, operations.get(1), "succeeded");
        Operations.awaitEnd(product, operations.get(2), "succeeded");
        Await.atMost(Duration.ofSeconds(5), "nobody waits")
                .until(() -> product.client()
                        .get("/operations?status=pending")
                        .body()
                        .at("/operations")
                        .isEmpty());
        product.destroy("u1").isOk();
        product.destroy("u2").isOk();
    }
}
