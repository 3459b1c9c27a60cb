package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Engines that do not come up, on a host with room for two. */
class BootFailuresIT {

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR =
            new Orchestrator(Map.of("ORCH_BOOT_TIMEOUT_S", "3", "ORCH_PORT_MIN", "22001", "ORCH_PORT_MAX", "22002"));

    @Test
    void anEngineThatExitsIsToldWithItsMaskedOutput() {
        Product product = ORCHESTRATOR.register("exits");
        Client.Reply refused;
        try (SteerableEngine.Steering exits = ORCHESTRATOR.engine().exiting()) {
            refused = product.client().post("/engines/provision", Client.json("user_id", "u"));
        }

        refused.isRefused(502, "BACKEND_ERROR");
        assertThat(refused.text("/error/message"))
                .contains("exit code 3", "no catalogue; provider key [REDACTED], hash [REDACTED], also [REDACTED]")
                .doesNotContain(Orchestrator.PROVIDER_KEY, SteerableEngine.KEY_IN_OUTPUT);
        product.destroy("u").isOk();
    }

    @Test
    void anEngineThatNeverAnswersTimesOut() {
        Product product = ORCHESTRATOR.register("silent");
        Client.Reply refused;
        try (SteerableEngine.Steering silent = ORCHESTRATOR.engine().silent()) {
            refused = product.client().post("/engines/provision", Client.json("user_id", "u"));
        }

        refused.isRefused(504, "BOOT_TIMEOUT");
        assertThat(refused.text("/error/message")).contains("within 3 s", "ORCH_BOOT_TIMEOUT_S");
        Client.Reply audit = product.client().get("/audit?action=provision").isOk();
        assertThat(audit.text("/entries/0/metadata/outcome")).isEqualTo("failed");
        assertThat(audit.text("/entries/0/metadata/code")).isEqualTo("BOOT_TIMEOUT");
        product.destroy("u").isOk();
    }

    @Test
    void quotaComesBeforePortsAndNeitherRefusalLeavesARow() {
        Product product = ORCHESTRATOR.register("ports", "{\"max_engines\":2}");
        product.async()
                .client()
                .post("/engines/provision", Client.json("user_id", "a"))
                .isAccepted();
        product.async()
                .client()
                .post("/engines/provision", Client.json("user_id", "b"))
                .isAccepted();
        product.client().post("/engines/provision", Client.json("user_id", "c")).isRefused(429, "QUOTA_EXCEEDED");
        ORCHESTRATOR
                .operator()
                .put("/products/" + product.productId() + "/policy", "{\"policy\":{}}")
                .isOk();
        product.client().post("/engines/provision", Client.json("user_id", "c")).isRefused(503, "PORT_EXHAUSTION");
        product.admit("c", "{\"auto_provision\":true}").isRefused(503, "PORT_EXHAUSTION");

        product.get("c").isRefused(404, "ENGINE_NOT_FOUND");
        assertThat(product.client().get("/engines").isOk().body().path("total").asInt())
                .isEqualTo(2);
        product.destroy("a").isOk();
        product.destroy("b").isOk();
        assertThat(product.provision("c").text("/url")).isEqualTo("http://127.0.0.1:22001");
        product.destroy("c").isOk();
    }
}
