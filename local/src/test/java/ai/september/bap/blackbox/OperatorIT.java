package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an operator ends in Temporal ends as a closed operation and a consistent row, and can be asked for again. */
class OperatorIT {

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR = Orchestrator.shared();

    private static final List<String> KINDS = List.of("start", "stop", "rotate-key", "destroy");

    private static Client.Reply ask(Product product, String kind) {
        return kind.equals("destroy") ? product.destroy(kind) : product.post(kind, kind);
    }

    @ParameterizedTest
    @EnumSource
    void whileAnEngineIsWorkedOn(OperatorDeed deed) {
        Product product = ORCHESTRATOR.register("operator");
        Map<String, String> operations = new TreeMap<>();
        for (String kind : KINDS) {
            String engineId = product.provision(kind).text("/engine_id");
            if (kind.equals("start")) {
                product.post(kind, "stop").isOk();
            }
            try (EngineGate gate = EngineGate.of(ORCHESTRATOR, engineId)) {
                String operation = ask(product.async(), kind).isAccepted();
                operations.put(kind, operation);
                Operations.awaitRun(ORCHESTRATOR, operation);
                deed.to(ORCHESTRATOR, engineId);
            }
        }

        operations.forEach((kind, operation) -> {
            Operations.awaitClosed(product, operation);
            Client.Reply engine = product.get(kind);
            if (engine.status() == 200) {
                assertConsistent(engine);
                repeat(product, kind, engine.text("/status"));
            }
        });
        assertThat(product.client()
                        .get("/engines")
                        .body()
                        .path("engines")
                        .valueStream()
                        .map(engine -> engine.path("user_id").asText()))
                .as("the destroyed one is gone, the others are there")
                .containsExactlyInAnyOrder("start", "stop", "rotate-key");
    }

    @ParameterizedTest
    @EnumSource
    void whatHasTouchedNothingYetLeavesTheEngineAsItWas(OperatorDeed deed) {
        Product product = ORCHESTRATOR.register("operator-untouched");
        Map<String, JsonNode> before = new TreeMap<>();
        Map<String, String> operations = new TreeMap<>();
        List<EngineGate> gates = new ArrayList<>();
        try {
            for (String kind : KINDS) {
                String engineId = product.provision(kind).text("/engine_id");
                if (kind.equals("start")) {
                    product.post(kind, "stop").isOk();
                }
                before.put(kind, product.get(kind).isOk().lasting());
                gates.add(EngineGate.of(ORCHESTRATOR, engineId));
                operations.put(kind, ask(product.async(), kind).isAccepted());
                Operations.awaitRun(ORCHESTRATOR, operations.get(kind));
                deed.to(ORCHESTRATOR, engineId);
            }
            operations.values().forEach(operation -> Operations.awaitEnd(product, operation, "cancelled"));
        } finally {
            gates.forEach(EngineGate::close);
        }

        before.forEach((kind, engine) -> {
            Client.Reply after = product.get(kind).isOk();
            assertThat(after.lasting()).as(kind).isEqualTo(engine);
            assertConsistent(after);
            ask(product, kind).isOk();
        });
    }

    @Test
    void anAdmitThatWaitsForAStopWhichTheOperatorTakesBackIsAdmitted() {
        Product product = ORCHESTRATOR.register("operator-taken-back");
        String engineId = product.provision("u").text("/engine_id");
        CompletableFuture<Client.Reply> admit;
        try (EngineGate gate = EngineGate.of(ORCHESTRATOR, engineId)) {
            String stop = product.async().post("u", "stop").isAccepted();
            admit = product.client().postAsync(Product.path("u") + "/admit", "{}");
            ORCHESTRATOR.awaitWaiting(1);
            Operations.awaitRun(ORCHESTRATOR, stop);
            OperatorDeed.TERMINATE.to(ORCHESTRATOR, engineId);
            Operations.awaitEnd(product, stop, "cancelled");
        }
        assertThat(admit.join().isOk().text("/engine/engine_id")).isEqualTo(engineId);
    }

    /** The process is what the row says. */
    private static void assertConsistent(Client.Reply engine) {
        EngineClient process = EngineClient.of(engine.body());
        switch (engine.text("/status")) {
            case "running" -> assertThat(process.status()).isEqualTo(200);
            case "stopped", "failed" -> assertThat(process.isGone()).isTrue();
            default -> throw new AssertionError("not settled: " + engine.body());
        }
    }

    /** The same again, from wherever the operator's deed left the engine. */
    private static void repeat(Product product, String kind, String status) {
        if (kind.equals("rotate-key") && !status.equals("running")) {
            product.post(kind, "start").isOk();
        }
        Client.Reply repeated = ask(product, kind);
        boolean reached =
                status.equals(Map.of("stop", "stopped", "start", "running").get(kind));
        if (reached) {
            assertThat(repeated.status()).isEqualTo(409);
        } else {
            repeated.isOk();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whileAnEngineBootsForTheFirstTime(OperatorDeed deed) {
        Product product = ORCHESTRATOR.register("operator-boot");
        try (SteerableEngine.Steering hold = ORCHESTRATOR.engine().hold()) {
            Client.Reply accepted = product.async().client().post("/engines/provision", Client.json("user_id", "u"));
            String operation = accepted.isAccepted();
            Operations.awaitStep(product, operation, "await_healthy", "running");
            Operations.awaitRun(ORCHESTRATOR, operation);
            deed.to(ORCHESTRATOR, accepted.text("/engine_id"));
            Client.Reply closed = Operations.awaitEnd(product, operation, "cancelled");
            assertThat(closed.text("/error/code")).isEqualTo("UNAVAILABLE");
        }
        assertThat(product.get("u").isOk().text("/status")).isEqualTo("failed");
        product.client().post("/engines/provision", Client.json("user_id", "u")).isOk();
        assertConsistent(product.get("u"));
    }

    @Test
    void theCallersOfAnEndedOperationAreTold() {
        Product product = ORCHESTRATOR.register("operator-told");
        String engineId = product.provision("u").text("/engine_id");
        product.post("u", "stop").isOk();
        try (SteerableEngine.Steering hold = ORCHESTRATOR.engine().hold()) {
            var start = product.client().postAsync("/engines/u/start", "");
            ORCHESTRATOR.awaitWaiting(1);
            String operation = product.async().admit("u").isAccepted();
            Operations.awaitStep(product, operation, "await_healthy", "running");
            OperatorDeed.CANCEL.to(ORCHESTRATOR, engineId);
            start.join().isRefused(503, "UNAVAILABLE");
        }
        product.post("u", "start").isOk();
    }
}
