package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every endpoint's success: exactly these fields, in these forms. */
class EndpointsIT {

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR = Orchestrator.shared();

    private static final String UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";
    private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z";
    private static final String PLATFORM_KEY = "pk-sept-[A-Za-z0-9_-]{43,}";
    private static final String ENGINE_KEY = "sk-sept-[A-Za-z0-9_-]{43,}";
    private static final String URL = "http://127\\.0\\.0\\.1:21\\d{3}";

    @Test
    void health() {
        assertThat(ORCHESTRATOR.anonymous().get("/health").isOk().body().toString())
                .isEqualTo("{\"status\":\"ok\"}");
    }

    @Test
    void registerAndPolicy() {
        Client.Reply reply = ORCHESTRATOR
                .operator()
                .post(
                        "/products/register",
                        "{\"slug\":\"fields\",\"display_name\":\"Ünïcode 🙂\",\"policy\":{\"max_engines\":3},\"more\":1}")
                .isOk();
        assertThat(reply.fields("")).containsExactlyInAnyOrder("product_id", "slug", "platform_api_key");
        assertThat(reply.text("/product_id")).matches(UUID);
        assertThat(reply.text("/slug")).isEqualTo("fields");
        assertThat(reply.text("/platform_api_key")).matches(PLATFORM_KEY);

        String policy = "/products/" + reply.text("/product_id") + "/policy";
        assertThat(ORCHESTRATOR
                        .operator()
                        .put(policy, "{\"policy\":{\"rate_limit_rpm\":7}}")
                        .isOk()
                        .body()
                        .toString())
                .as("the whole policy is replaced")
                .isEqualTo("{\"policy\":{\"rate_limit_rpm\":7}}");
        assertThat(ORCHESTRATOR
                        .operator()
                        .put(policy, "{\"policy\":{}}")
                        .isOk()
                        .body()
                        .toString())
                .isEqualTo("{\"policy\":{}}");
    }

    @Test
    void theVerbsOfOneEngine() {
        Product product = ORCHESTRATOR.register("verbs");
        Client.Reply provisioned = product.client()
                .post("/engines/provision", "{\"user_id\":\"alice\",\"engine_version\":\"september-engine:2.3.0\"}")
                .isOk();
        assertThat(provisioned.fields(""))
                .containsExactlyInAnyOrder("engine_id", "user_id", "status", "url", "api_key");
        assertThat(provisioned.text("/engine_id")).matches(UUID);
        assertThat(provisioned.text("/user_id")).isEqualTo("alice");
        assertThat(provisioned.text("/status")).isEqualTo("running");
        assertThat(provisioned.text("/url")).matches(URL);
        assertThat(provisioned.text("/api_key")).matches(ENGINE_KEY);

        Client.Reply engine = product.get("alice").isOk();
        assertThat(engine.fields(""))
                .containsExactlyInAnyOrder(
                        "engine_id",
                        "user_id",
                        "status",
                        "url",
                        "api_key",
                        "engine_version",
                        "created_at",
                        "last_health_at");
        for (String same : List.of("/engine_id", "/user_id", "/status", "/url", "/api_key")) {
            assertThat(engine.text(same)).as(same).isEqualTo(provisioned.text(same));
        }
        assertThat(engine.text("/engine_version")).isEqualTo("september-engine:2.3.0");
        assertThat(engine.text("/created_at")).matches(TIME);
        assertThat(engine.text("/last_health_at")).matches(TIME).isGreaterThan(engine.text("/created_at"));

        Client.Reply admitted = product.admit("alice", "{}").isOk();
        assertThat(admitted.fields("")).containsExactlyInAnyOrder("admitted", "engine");
        assertThat(admitted.body().path("admitted").isBoolean()).isTrue();
        assertThat(admitted.body().path("admitted").asBoolean()).isTrue();
        assertThat(admitted.body().path("engine")).isEqualTo(engine.body());

        Client.Reply rotated = product.post("alice", "rotate-key").isOk();
        assertThat(rotated.fields("")).containsExactlyInAnyOrder("engine_id", "api_key");
        assertThat(rotated.text("/engine_id")).isEqualTo(engine.text("/engine_id"));
        assertThat(rotated.text("/api_key")).matches(ENGINE_KEY).isNotEqualTo(engine.text("/api_key"));

        assertThat(product.post("alice", "stop").isOk().body().toString())
                .isEqualTo("{\"status\":\"stopped\",\"engine_id\":\"" + engine.text("/engine_id") + "\"}");
        assertThat(product.post("alice", "start").isOk().body().toString())
                .isEqualTo("{\"status\":\"running\",\"url\":\"" + engine.text("/url") + "\"}");
        assertThat(product.destroy("alice").isOk().body().toString())
                .isEqualTo("{\"status\":\"destroyed\",\"engine_id\":\"" + engine.text("/engine_id") + "\"}");
    }

    @Test
    void anOperationWithItsSteps() {
        Product product = ORCHESTRATOR.register("operation");
        String id = product.async()
                .client()
                .post("/engines/provision", Client.json("user_id", "bob"))
                .isAccepted();
        Client.Reply ended = Operations.awaitEnd(product, id, "succeeded");

        assertThat(ended.fields(""))
                .containsExactlyInAnyOrder(
                        "operation_id",
                        "engine_id",
                        "user_id",
                        "kind",
                        "status",
                        "steps",
                        "error",
                        "created_at",
                        "finished_at");
        assertThat(ended.text("/operation_id")).isEqualTo(id).matches(UUID);
        assertThat(ended.text("/engine_id")).isEqualTo(product.get("bob").isOk().text("/engine_id"));
        assertThat(ended.text("/user_id")).isEqualTo("bob");
        assertThat(ended.text("/kind")).isEqualTo("provision");
        assertThat(ended.body().path("error").isNull()).isTrue();
        assertThat(ended.text("/created_at")).matches(TIME);
        assertThat(ended.text("/finished_at")).matches(TIME).isGreaterThan(ended.text("/created_at"));
        assertThat(ended.body()
                        .path("steps")
                        .valueStream()
                        .map(step -> step.path("name").asText()))
                .containsExactly("migrate_brain", "launch_container", "await_healthy");
        for (int step = 0; step < 3; step++) {
            String at = "/steps/" + step;
            assertThat(ended.fields(at)).containsExactlyInAnyOrder("name", "status", "started_at", "finished_at");
            assertThat(ended.text(at + "/status")).isEqualTo("succeeded");
            assertThat(ended.text(at + "/started_at")).matches(TIME);
            assertThat(ended.text(at + "/finished_at")).matches(TIME);
        }
        assertThat(ORCHESTRATOR.operator().get("/operations/" + id).isOk().body())
                .as("the operator reads it, too")
                .isEqualTo(ended.body());

        product.destroy("bob").isOk();
        assertThat(Operations.get(product, id).body())
                .as("it outlives its engine")
                .isEqualTo(ended.body());
    }
}
