package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Admit, state by state, of engines that nobody is working on. (Operations under way: {@link VerbsUnderWayIT}.) */
class AdmitTableIT {

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR = Orchestrator.shared();

    private static final String PROVISION = "{\"auto_provision\":true}";
    private static final String WAKE = "{\"auto_wake\":true}";
    private static final String BOTH = "{\"auto_provision\":true,\"auto_wake\":true}";
    private static final List<String> ANY = List.of("{}", PROVISION, WAKE, BOTH);

    @SuppressWarnings("NullAway.Init")
    private static Product product;

    @BeforeAll
    static void register() {
        product = ORCHESTRATOR.register("admit");
    }

    private static void assertAdmitted(Client.Reply reply, String user) {
        assertThat(reply.isOk().body().path("admitted").asBoolean())
                .as(reply.body().toString())
                .isTrue();
        assertThat(reply.fields("")).doesNotContain("reason");
        assertThat(reply.body().path("engine")).isEqualTo(product.get(user).body());
        assertThat(reply.text("/engine/status")).isEqualTo("running");
    }

    @Test
    void running() {
        product.provision("running");
        for (String flags : ANY) {
            assertAdmitted(product.admit("running", flags), "running");
        }
    }

    @Test
    void none() {
        product.admit("none", "{}").isDenied("engine_not_found");
        product.admit("none", WAKE).isDenied("engine_not_found");
        product.get("none").isRefused(404, "ENGINE_NOT_FOUND");
        assertAdmitted(product.admit("none", PROVISION), "none");
    }

    @Test
    void stopped() {
        product.provision("stopped");
        product.post("stopped", "stop").isOk();
        for (String flags : ANY) {
            product.admit("stopped", flags).isDenied("engine_stopped");
        }
        assertThat(product.get("stopped").text("/status")).isEqualTo("stopped");
    }

    /** Nothing puts engines to sleep yet; a sleeping one with its process stopped is a stopped one by another name. */
    @Test
    void sleeping() {
        Client.Reply engine = product.provision("sleeping");
        product.post("sleeping", "stop").isOk();
        ORCHESTRATOR
                .sql()
                .useHandle(handle -> handle.execute(
                        "UPDATE engines SET status = 'sleeping' WHERE engine_id = ?",
                        java.util.UUID.fromString(engine.text("/engine_id"))));

        product.admit("sleeping", "{}").isDenied("engine_sleeping");
        product.admit("sleeping", PROVISION).isDenied("engine_sleeping");
        product.client()
                .post("/engines/provision", Client.json("user_id", "sleeping"))
                .isRefused(409, "ENGINE_ALREADY_EXISTS");
        product.post("sleeping", "rotate-key").isRefused(409, "ENGINE_NOT_RUNNING");
        assertAdmitted(product.admit("sleeping", WAKE), "sleeping");
        assertThat(EngineClient.of(product.get("sleeping").body()).status()).isEqualTo(200);
        assertThat(product.client()
                        .get("/audit?action=wake&user_id=sleeping")
                        .body()
                        .path("entries"))
                .hasSize(1);
    }

    @Test
    void failedAfterItRan() {
        product.provision("failed");
        product.post("failed", "stop").isOk();
        try (SteerableEngine.Steering exits = ORCHESTRATOR.engine().exiting()) {
            product.post("failed", "start").isRefused(502, "BACKEND_ERROR");
        }

        assertThat(product.get("failed").text("/status")).isEqualTo("failed");
        for (String flags : ANY) {
            product.admit("failed", flags).isDenied("engine_unhealthy");
        }
        product.client()
                .post("/engines/provision", Client.json("user_id", "failed"))
                .isRefused(409, "ENGINE_ALREADY_EXISTS");
        product.post("failed", "rotate-key").isRefused(409, "ENGINE_NOT_RUNNING");
        product.post("failed", "start").isOk();
        assertAdmitted(product.admit("failed"), "failed");
    }

    @Test
    void failedBeforeItEverRan() {
        failFirstProvision("never");

        product.admit("never", "{}").isDenied("engine_unhealthy");
        product.admit("never", WAKE).isDenied("engine_unhealthy");
        product.post("never", "rotate-key").isRefused(409, "ENGINE_NOT_RUNNING");
        assertAdmitted(product.admit("never", PROVISION), "never");
    }

    @Test
    void failedBeforeItEverRanByTheOtherVerbs() {
        failFirstProvision("never-start");
        assertThat(product.post("never-start", "start").isOk().text("/url")).startsWith("http://127.0.0.1:");

        failFirstProvision("never-stop");
        product.post("never-stop", "stop").isOk();
        product.admit("never-stop", BOTH).isDenied("engine_stopped");
        product.post("never-stop", "start").isOk();
        assertAdmitted(product.admit("never-stop"), "never-stop");

        failFirstProvision("never-destroy");
        product.destroy("never-destroy").isOk();
        product.admit("never-destroy").isDenied("engine_not_found");
    }

    private static void failFirstProvision(String user) {
        try (SteerableEngine.Steering exits = ORCHESTRATOR.engine().exiting()) {
            product.admit(user, PROVISION).isRefused(502, "BACKEND_ERROR");
        }
        assertThat(product.get(user).text("/status")).isEqualTo("failed");
    }
}
