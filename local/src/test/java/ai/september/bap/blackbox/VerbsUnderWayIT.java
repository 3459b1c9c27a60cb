package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every verb that meets an operation under way. Requests do not wait here: what they join or begin is in their 202. */
class VerbsUnderWayIT {

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR = Orchestrator.shared();

    private static final List<String> FLAGS = List.of("{}", "{\"auto_provision\":true,\"auto_wake\":true}");

    @SuppressWarnings("NullAway.Init")
    private static Product product;

    @BeforeAll
    static void register() {
        product = ORCHESTRATOR.register("way").async();
    }

    private static Client.Reply provision(String user) {
        return product.client().post("/engines/provision", Client.json("user_id", user));
    }

    /** A running engine; its id. */
    private static String running(String user) {
        return Operations.awaitEnd(product, provision(user).isAccepted(), "succeeded")
                .text("/engine_id");
    }

    private static String ended(String operationId) {
        return Operations.awaitEnd(product, operationId, "succeeded").text("/engine_id");
    }

    /** The engine, stopped; its id. */
    private static String stopped(String user) {
        running(user);
        return ended(product.post(user, "stop").isAccepted());
    }

    private static void assertAdmitsJoin(String user, String operationId) {
        for (String flags : FLAGS) {
            assertThat(product.admit(user, flags).isAccepted()).isEqualTo(operationId);
        }
    }

    @Test
    void provisioning() {
        try (SteerableEngine.Steering hold = ORCHESTRATOR.engine().hold()) {
            String provision = provision("provision").isAccepted();
            assertAdmitsJoin("provision", provision);
            provision("provision").isRefused(409, "ENGINE_ALREADY_EXISTS");
            product.post("provision", "start").isRefused(409, "OPERATION_IN_PROGRESS");
            product.post("provision", "rotate-key").isRefused(409, "OPERATION_IN_PROGRESS");
            assertThat(product.get("provision").isOk().text("/status")).isEqualTo("provisioning");
            hold.close();
            ended(provision);
        }
        assertThat(product.get("provision").text("/status")).isEqualTo("running");
    }

    @Test
    void stopping() {
        try (EngineGate gate = EngineGate.of(ORCHESTRATOR, running("stop"))) {
            String stop = product.post("stop", "stop").isAccepted();
            assertAdmitsJoin("stop", stop);
            provision("stop").isRefused(409, "ENGINE_ALREADY_EXISTS");
            product.post("stop", "start").isRefused(409, "OPERATION_IN_PROGRESS");
            product.post("stop", "rotate-key").isRefused(409, "OPERATION_IN_PROGRESS");
            assertThat(product.post("stop", "stop").isAccepted()).isEqualTo(stop);
            assertThat(product.get("stop").text("/status"))
                    .as("the last settled state")
                    .isEqualTo("running");
            gate.close();
            ended(stop);
        }
        assertThat(product.get("stop").text("/status")).isEqualTo("stopped");
    }

    @Test
    void rotating() {
        String engineId = running("rotate");
        String oldKey = product.get("rotate").text("/api_key");
        try (EngineGate gate = EngineGate.of(ORCHESTRATOR, engineId)) {
            String rotate = product.post("rotate", "rotate-key").isAccepted();
            assertAdmitsJoin("rotate", rotate);
            provision("rotate").isRefused(409, "ENGINE_ALREADY_EXISTS");
            product.post("rotate", "start").isRefused(409, "ENGINE_ALREADY_RUNNING");
            assertThat(product.post("rotate", "rotate-key").isAccepted()).isEqualTo(rotate);
            assertThat(product.get("rotate").text("/api_key"))
                    .as("until the new one counts")
                    .isEqualTo(oldKey);
            gate.close();
            ended(rotate);
        }
        assertThat(product.get("rotate").text("/api_key")).isNotEqualTo(oldKey);
    }

    @Test
    void starting() {
        try (EngineGate gate = EngineGate.of(ORCHESTRATOR, stopped("start"))) {
            String start = product.post("start", "start").isAccepted();
            assertAdmitsJoin("start", start);
            provision("start").isRefused(409, "ENGINE_ALREADY_EXISTS");
            assertThat(product.post("start", "start").isAccepted()).isEqualTo(start);
            product.post("start", "rotate-key").isRefused(409, "OPERATION_IN_PROGRESS");
            assertThat(product.get("start").text("/status")).isEqualTo("stopped");
            gate.close();
            ended(start);
        }
        assertThat(product.get("start").text("/status")).isEqualTo("running");
    }

    @Test
    void waking() {
        String engineId = stopped("wake");
        ORCHESTRATOR
                .sql()
                .useHandle(handle -> handle.execute(
                        "UPDATE engines SET status = 'sleeping' WHERE engine_id = ?",
                        java.util.UUID.fromString(engineId)));
        try (EngineGate gate = EngineGate.of(ORCHESTRATOR, engineId)) {
            String wake = product.admit("wake", "{\"auto_wake\":true}").isAccepted();
            assertThat(Operations.get(product, wake).text("/kind")).isEqualTo("wake");
            assertAdmitsJoin("wake", wake);
            assertThat(product.post("wake", "start").isAccepted()).isEqualTo(wake);
            product.post("wake", "rotate-key").isRefused(409, "OPERATION_IN_PROGRESS");
            gate.close();
            ended(wake);
        }
        assertThat(product.admit("wake").isOk().text("/engine/status")).isEqualTo("running");
    }

    @Test
    void destroying() {
        try (EngineGate gate = EngineGate.of(ORCHESTRATOR, running("destroy"))) {
            String destroy = product.destroy("destroy").isAccepted();
            assertAdmitsJoin("destroy", destroy);
            provision("destroy").isRefused(409, "OPERATION_IN_PROGRESS");
            for (String verb : List.of("start", "stop", "rotate-key")) {
                product.post("destroy", verb).isRefused(409, "OPERATION_IN_PROGRESS");
            }
            assertThat(product.destroy("destroy").isAccepted()).isEqualTo(destroy);
            assertThat(product.get("destroy").isOk().text("/status")).isEqualTo("destroying");
            gate.close();
            ended(destroy);
        }
        product.get("destroy").isRefused(404, "ENGINE_NOT_FOUND");
    }
}
