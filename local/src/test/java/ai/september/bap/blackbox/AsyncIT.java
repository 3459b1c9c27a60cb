package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code Prefer: respond-async}. (Waits that run out: {@link OutagesIT}.) */
class AsyncIT {

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR = Orchestrator.shared();

    @SuppressWarnings("NullAway.Init")
    private static Product product;

    @BeforeAll
    static void register() {
        product = ORCHESTRATOR.register("async");
    }

    private static Client.Reply carryOut(Client.Reply accepted, String kind) {
        assertThat(accepted.fields(""))
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
        Client.Reply ended = Operations.awaitEnd(product, accepted.isAccepted(), "succeeded");
        assertThat(ended.text("/kind")).isEqualTo(kind);
        assertThat(product.client().get(accepted.header("Location")).isOk().body())
                .isEqualTo(ended.body());
        return ended;
    }

    @Test
    void everyVerbThatWorksAnswersWithItsOperation() {
        Product async = product.async();
        carryOut(async.client().post("/engines/provision", Client.json("user_id", "u")), "provision");
        String key = product.get("u").isOk().text("/api_key");
        carryOut(async.post("u", "rotate-key"), "rotate_key");
        assertThat(product.get("u").isOk().text("/api_key")).as("read by GET").isNotEqualTo(key);
        carryOut(async.post("u", "stop"), "stop");
        carryOut(async.post("u", "start"), "start");
        carryOut(async.destroy("u"), "destroy");
        carryOut(async.admit("u", "{\"auto_provision\":true}"), "provision");
    }

    @Test
    void whatNeedsNoWorkIsAnsweredAtOnce() {
        product.provision("ready");
        assertThat(product.async().admit("ready").isOk().text("/engine/status")).isEqualTo("running");
        product.async().admit("nobody").isDenied("engine_not_found");
        product.async().post("ready", "start").isRefused(409, "ENGINE_ALREADY_RUNNING");
    }

    @ParameterizedTest
    @ValueSource(strings = {"respond-async", "Respond-Async", "wait=10, respond-async", "respond-async; x=1"})
    void thePreferenceIsReadAsTheStandardSays(String prefer) {
        Client client = product.client().with("Prefer", prefer);
        String operation = client.post("/engines/provision", Client.json("user_id", prefer))
                .isAccepted();
        Operations.awaitEnd(product, operation, "succeeded");
        product.destroy(prefer).isOk();
    }

    @Test
    void anotherPreferenceChangesNothing() {
        product.client()
                .with("Prefer", "return=minimal")
                .post("/engines/provision", Client.json("user_id", "other"))
                .isOk();
    }

    @Test
    void aFailureIsInTheOperation() {
        String operation;
        Client.Reply ended;
        try (SteerableEngine.Steering exits = ORCHESTRATOR.engine().exiting()) {
            operation = product.async()
                    .client()
                    .post("/engines/provision", Client.json("user_id", "fails"))
                    .isAccepted();
            ended = Operations.awaitEnd(product, operation, "failed");
        }
        assertThat(ended.fields("/error")).containsExactlyInAnyOrder("code", "message");
        assertThat(ended.text("/error/code")).isEqualTo("BACKEND_ERROR");
        assertThat(ended.text("/error/message"))
                .contains("exit code 3")
                .doesNotContain(Orchestrator.PROVIDER_KEY, SteerableEngine.KEY_IN_OUTPUT);
        assertThat(ended.body()
                        .path("steps")
                        .valueStream()
                        .map(step -> step.path("status").asText()))
                .containsExactly("succeeded", "succeeded", "failed");
    }
}
