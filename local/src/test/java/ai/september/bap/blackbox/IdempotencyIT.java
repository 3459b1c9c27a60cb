package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A client that did not get its answer asks again. */
class IdempotencyIT {

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR = Orchestrator.shared();

    @SuppressWarnings("NullAway.Init")
    private static Product product;

    @BeforeAll
    static void register() {
        product = ORCHESTRATOR.register("again");
    }

    private static Client keyed() {
        return product.client().with("Idempotency-Key", UUID.randomUUID().toString());
    }

    private static Client.Reply provision(Client client, String user) {
        return client.post("/engines/provision", Client.json("user_id", user));
    }

    @Test
    void aRepeatedProvisionGetsTheSameAnswerUntilItsKeyIsReplaced() {
        Client keyed = keyed();
        Client.Reply first = provision(keyed, "p").isOk();

        assertThat(provision(keyed, "p").isOk().body()).isEqualTo(first.body());
        provision(keyed, "other").isRefused(409, "IDEMPOTENCY_CONFLICT");
        provision(product.client(), "p").isRefused(409, "ENGINE_ALREADY_EXISTS");

        product.post("p", "rotate-key").isOk();
        provision(keyed, "p").isRefused(409, "IDEMPOTENCY_CONFLICT");
        product.destroy("p").isOk();
        provision(keyed, "p").isRefused(409, "IDEMPOTENCY_CONFLICT");
    }

    @Test
    void repetitionsAtTheSameTimeJoin() {
        Client keyed = keyed();

        List<CompletableFuture<Client.Reply>> all = Stream.generate(
                        () -> keyed.postAsync("/engines/provision", Client.json("user_id", "j")))
                .limit(20)
                .toList();

        assertThat(all.stream().map(reply -> reply.join().isOk().body()).distinct())
                .hasSize(1);
        product.destroy("j").isOk();
    }

    @Test
    void aRepeatedRotationGivesTheSameNewKeyAndRotatesOnce() {
        product.provision("r");
        Client keyed = keyed();
        Client.Reply first = keyed.post("/engines/r/rotate-key").isOk();

        assertThat(keyed.post("/engines/r/rotate-key").isOk().body()).isEqualTo(first.body());
        assertThat(product.get("r").text("/api_key")).isEqualTo(first.text("/api_key"));
        product.post("r", "rotate-key").isOk();
        keyed.post("/engines/r/rotate-key").isRefused(409, "IDEMPOTENCY_CONFLICT");
        product.destroy("r").isOk();
    }

    @Test
    void aRepeatedStopStartOrDestroyDoesNothingMore() {
        product.provision("s");
        Client keyed = keyed();
        Client.Reply stopped = keyed.post("/engines/s/stop").isOk();
        Client.Reply started = keyed.post("/engines/s/start").isOk();

        assertThat(keyed.post("/engines/s/stop").isOk().body()).isEqualTo(stopped.body());
        assertThat(product.get("s").text("/status")).isEqualTo("running");
        assertThat(keyed.post("/engines/s/start").isOk().body()).isEqualTo(started.body());
        Client.Reply destroyed = keyed.delete("/engines/s").isOk();
        product.provision("s");
        assertThat(keyed.delete("/engines/s").isOk().body()).isEqualTo(destroyed.body());
        assertThat(product.get("s").isOk().text("/status")).isEqualTo("running");
        keyed.delete("/engines/s?erase=true").isRefused(409, "IDEMPOTENCY_CONFLICT");
        product.destroy("s").isOk();
    }

    @Test
    void aRepeatedStartIsAnsweredWhateverKeyTheEngineHasByNowAsLongAsThereIsOne() {
        product.provision("v");
        product.post("v", "stop").isOk();
        Client keyed = keyed();
        Client.Reply started = keyed.post("/engines/v/start").isOk();
        Client.Reply stopped = keyed.post("/engines/v/stop").isOk();
        product.post("v", "start").isOk();

        product.post("v", "rotate-key").isOk();
        assertThat(keyed.post("/engines/v/start").isOk().body()).isEqualTo(started.body());

        product.destroy("v").isOk();
        keyed.post("/engines/v/start").isRefused(409, "IDEMPOTENCY_CONFLICT");
        assertThat(keyed.post("/engines/v/stop").isOk().body()).isEqualTo(stopped.body());
        product.provision("v");
        keyed.post("/engines/v/start").isRefused(409, "IDEMPOTENCY_CONFLICT");
        product.destroy("v").isOk();
    }

    @Test
    void aRepeatedProvisionIsNotMeasuredByAPolicyThatCameLater() {
        Product strict = ORCHESTRATOR.register("strict");
        Client keyed = strict.client().with("Idempotency-Key", "k");
        Client.Reply first = provision(keyed, "i").isOk();
        ORCHESTRATOR
                .operator()
                .put(
                        "/products/" + strict.productId() + "/policy",
                        "{\"policy\":{\"allowed_images\":[\"other-engine:*\"]}}")
                .isOk();

        assertThat(provision(keyed, "i").isOk().body()).isEqualTo(first.body());
        provision(strict.client(), "i").isRefused(403, "POLICY_DENIED");
        strict.destroy("i").isOk();
    }

    @Test
    void anErasureForgetsItsOwnKey() {
        product.provision("e");
        Client keyed = keyed();
        keyed.delete("/engines/e?erase=true").isOk();

        keyed.delete("/engines/e?erase=true").isRefused(404, "ENGINE_NOT_FOUND");
    }

    @Test
    void aFailureIsRepeatedAndARefusalIsNot() {
        Client keyed = keyed();
        keyed.post("/engines/f/stop").isRefused(404, "ENGINE_NOT_FOUND");
        product.provision("f");
        keyed.post("/engines/f/stop").isOk();

        Client failing = keyed();
        try (SteerableEngine.Steering exits = ORCHESTRATOR.engine().exiting()) {
            failing.post("/engines/f/start").isRefused(502, "BACKEND_ERROR");
        }
        failing.post("/engines/f/start").isRefused(502, "BACKEND_ERROR");
        keyed().post("/engines/f/start").isOk();
        product.destroy("f").isOk();
    }

    @Test
    void aRepetitionThatDoesNotWaitGetsTheSameOperation() {
        Client keyed = keyed().with("Prefer", "respond-async");

        String operation = provision(keyed, "w").isAccepted();

        Client.Reply again = provision(keyed, "w");
        assertThat(again.status() == 202 ? again.isAccepted() : operation).isEqualTo(operation);
        Operations.awaitEnd(product, operation, "succeeded");
        product.destroy("w").isOk();
    }

    @Test
    void aKeyOfNoForm() {
        for (String key : List.of("", "a b", "x".repeat(256))) {
            product.client()
                    .with("Idempotency-Key", key)
                    .post("/engines/nobody/stop")
                    .isRefused(400, "INVALID_REQUEST");
        }
    }

    @Test
    void theEnginesKeyIsNotKept() {
        Client keyed = keyed();
        String key = provision(keyed, "k").isOk().text("/api_key");

        assertThat(ORCHESTRATOR
                        .sql()
                        .<List<String>, RuntimeException>withHandle(
                                handle -> handle.createQuery("SELECT i::text FROM idempotency_keys i")
                                        .mapTo(String.class)
                                        .list()))
                .isNotEmpty()
                .noneMatch(row -> row.contains(key));
        product.destroy("k").isOk();
    }
}
