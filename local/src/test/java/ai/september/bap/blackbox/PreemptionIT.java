package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.testing.Await;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Stop and destroy take precedence over what is under way, and everybody who waited for that is told. */
class PreemptionIT {

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR = Orchestrator.shared();

    private static final String PROVISION = "{\"auto_provision\":true}";

    @SuppressWarnings("NullAway.Init")
    private static Product product;

    @BeforeAll
    static void register() {
        product = ORCHESTRATOR.register("first");
    }

    private static Client.Reply end(String verb, String user) {
        return verb.equals("stop") ? product.post(user, "stop") : product.destroy(user);
    }

    @ParameterizedTest
    @CsvSource({"stop, stopped, engine_stopped", "destroy, destroyed, engine_not_found"})
    void ofAProvision(String verb, String state, String reason) {
        String user = "provision-" + verb;
        try (SteerableEngine.Steering hold = ORCHESTRATOR.engine().hold()) {
            CompletableFuture<Client.Reply> provision =
                    product.client().postAsync("/engines/provision", Client.json("user_id", user));
            Await.atMost(Duration.ofSeconds(20), "the provision began")
                    .until(() -> product.get(user).status() == 200);
            String operation = product.async().admit(user).isAccepted();
            Operations.awaitStep(product, operation, "await_healthy", "running");
            CompletableFuture<Client.Reply> admit =
                    product.client().postAsync(Product.path(user) + "/admit", PROVISION);
            ORCHESTRATOR.awaitWaiting(2);

            assertThat(end(verb, user).isOk().text("/status")).isEqualTo(state);
            Client.Reply told = provision.join().isRefused(409, "OPERATION_IN_PROGRESS");
            assertThat(told.text("/error/message")).contains("a " + verb + " took precedence");
            admit.join().isDenied(reason);
            Operations.awaitEnd(product, operation, "cancelled");
        }
        assertThat(product.get(user).text("/status")).isEqualTo(state.equals("stopped") ? state : "");
        product.admit(user).isDenied(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"stop", "destroy"})
    void ofAStart(String verb) {
        String user = "start-" + verb;
        product.provision(user);
        product.post(user, "stop").isOk();
        try (SteerableEngine.Steering hold = ORCHESTRATOR.engine().hold()) {
            String start = product.async().post(user, "start").isAccepted();
            Operations.awaitStep(product, start, "await_healthy", "running");

            end(verb, user).isOk();
            Client.Reply cancelled = Operations.awaitEnd(product, start, "cancelled");
            assertThat(cancelled
                            .body()
                            .path("steps")
                            .valueStream()
                            .map(step -> step.path("status").asText()))
                    .containsExactly("succeeded", "succeeded", "cancelled");
        }
        assertThat(product.get(user).status()).isEqualTo(verb.equals("stop") ? 200 : 404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"stop", "destroy"})
    void ofARotationAndTheOldKeyStays(String verb) {
        String user = "rotate-" + verb;
        EngineClient engine = EngineClient.of(product.provision(user).body());
        try (SteerableEngine.Steering hold = ORCHESTRATOR.engine().hold()) {
            String rotate = product.async().post(user, "rotate-key").isAccepted();
            Operations.awaitStep(product, rotate, "await_healthy", "running");
            end(verb, user).isOk();
            Operations.awaitEnd(product, rotate, "cancelled");
        }
        if (verb.equals("stop")) {
            assertThat(product.get(user).text("/api_key")).isEqualTo(engine.key());
            product.post(user, "start").isOk();
            assertThat(engine.status()).isEqualTo(200);
        }
    }

    @Test
    void ofAStopByADestroy() {
        String engineId = product.provision("stop-destroy").text("/engine_id");
        String stop;
        String destroy;
        try (EngineGate gate = EngineGate.of(ORCHESTRATOR, engineId)) {
            stop = product.async().post("stop-destroy", "stop").isAccepted();
            destroy = product.async().destroy("stop-destroy").isAccepted();
            assertThat(Operations.get(product, stop).text("/status")).isEqualTo("cancelled");
        }
        Operations.awaitEnd(product, destroy, "succeeded");
    }

    @Test
    void anAdmitThatWaitsForADestroyThenMeetsWhatIsThere() {
        String gone = product.provision("after").text("/engine_id");
        CompletableFuture<Client.Reply> looks;
        CompletableFuture<Client.Reply> provisions;
        try (EngineGate gate = EngineGate.of(ORCHESTRATOR, gone)) {
            product.async().destroy("after").isAccepted();
            looks = product.client().postAsync(Product.path("after") + "/admit", "{}");
            ORCHESTRATOR.awaitWaiting(1);
        }
        looks.join().isDenied("engine_not_found");

        String again = product.provision("after").text("/engine_id");
        try (EngineGate gate = EngineGate.of(ORCHESTRATOR, again)) {
            product.async().destroy("after").isAccepted();
            provisions = product.client().postAsync(Product.path("after") + "/admit", PROVISION);
            ORCHESTRATOR.awaitWaiting(1);
        }
        assertThat(provisions.join().isOk().text("/engine/engine_id"))
                .isNotBlank()
                .isNotIn(gone, again);
    }

    @Test
    void aJoinedRotationGivesEverybodyTheSameNewKey() {
        Client.Reply engine = product.provision("keys");
        CompletableFuture<Client.Reply> first;
        CompletableFuture<Client.Reply> second;
        CompletableFuture<Client.Reply> admit;
        try (EngineGate gate = EngineGate.of(ORCHESTRATOR, engine.text("/engine_id"))) {
            first = product.client().postAsync("/engines/keys/rotate-key", "");
            ORCHESTRATOR.awaitWaiting(1);
            second = product.client().postAsync("/engines/keys/rotate-key", "");
            admit = product.client().postAsync("/engines/keys/admit", "");
            ORCHESTRATOR.awaitWaiting(3);
        }
        String key = first.join().isOk().text("/api_key");
        assertThat(key).isNotEqualTo(engine.text("/api_key"));
        assertThat(second.join().isOk().text("/api_key")).isEqualTo(key);
        assertThat(admit.join().isOk().text("/engine/api_key")).isEqualTo(key);
    }
}
