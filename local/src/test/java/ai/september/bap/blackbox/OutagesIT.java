package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.testing.Await;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** PostgreSQL, Temporal and the worker going and coming back; nobody restarts anything, and nothing begun is lost. */
class OutagesIT {

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR =
            new Orchestrator(Map.of("ORCH_REQUEST_WAIT_S", "3", "ORCH_PORT_MIN", "23001", "ORCH_PORT_MAX", "23999"));

    private static final Duration RECOVERY = Duration.ofSeconds(40);
    private static final String PROVISION = "{\"auto_provision\":true}";

    private static String health() {
        return ORCHESTRATOR.anonymous().get("/health").body().toString();
    }

    private static void awaitHealth(String expected) {
        Await.atMost(RECOVERY, "health")
                .untilAsserted(() -> assertThat(health()).isEqualTo(expected));
    }

    /** Gives the user an engine, however long it takes. */
    private static void provision(Product product, String user) {
        String operation = product.async()
                .client()
                .post("/engines/provision", Client.json("user_id", user))
                .isAccepted();
        Operations.awaitEnd(product, operation, "succeeded");
    }

    @Test
    void withoutPostgresEverythingIsUnavailableAtOnceAndComesBackByItself() {
        Product product = ORCHESTRATOR.register("postgres");
        provision(product, "before");
        try (SteerableEngine.Steering hold = ORCHESTRATOR.engine().hold()) {
            String underWay = product.async()
                    .client()
                    .post("/engines/provision", Client.json("user_id", "during"))
                    .isAccepted();
            Operations.awaitStep(product, underWay, "await_healthy", "running");

            ORCHESTRATOR.database().cutOff();
            try {
                assertEverythingIsUnavailable(product);
                assertThat(ORCHESTRATOR.metrics().sum("bap_engines"))
                        .as("unknown")
                        .isNaN();
                hold.close();
            } finally {
                ORCHESTRATOR.database().restore();
            }
            awaitHealth("{\"status\":\"ok\"}");
            Operations.awaitEnd(product, underWay, "succeeded");
        }
        Await.atMost(RECOVERY, "engines are counted again")
                .until(() -> ORCHESTRATOR.metrics().sum("bap_engines") > 0);
        assertThat(product.admit("before").isOk().text("/engine/status")).isEqualTo("running");
        assertThat(product.admit("during").isOk().text("/engine/status")).isEqualTo("running");
        provision(product, "after");
    }

    private static void assertEverythingIsUnavailable(Product product) {
        String engine = Product.path("before");
        List<String> requests = List.of(
                "GET /health",
                "POST /engines/provision",
                "GET " + engine,
                "POST " + engine + "/admit",
                "POST " + engine + "/start",
                "POST " + engine + "/stop",
                "POST " + engine + "/rotate-key",
                "DELETE " + engine,
                "GET /engines",
                "GET /status",
                "GET /metrics",
                "GET /audit",
                "GET /operations/00000000-0000-4000-8000-000000000000");
        for (String request : requests) {
            String[] parts = request.split(" ", -1);
            long start = System.nanoTime();
            product.client().send(parts[0], parts[1], "").isRefused(503, "UNAVAILABLE");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).as(request).isLessThan(Duration.ofSeconds(3));
        }
        ORCHESTRATOR
                .operator()
                .post("/products/register", "{\"slug\":\"never\",\"display_name\":\"x\"}")
                .isRefused(503, "UNAVAILABLE");
    }

    @Test
    void withoutTemporalEnginesAreAdmittedAndWhatIsBegunIsFinishedLater() throws Exception {
        Product product = ORCHESTRATOR.register("temporal");
        provision(product, "before");
        ORCHESTRATOR.deployment().stopTemporal();
        String begun;
        try {
            awaitHealth(
                    "{\"status\":\"degraded\",\"subsystems\":{\"backend\":\"ok\",\"temporal\":\"error\",\"workers\":\"ok\"}}");
            assertThat(product.admit("before").isOk().text("/engine/status")).isEqualTo("running");
            product.admit("nobody").isDenied("engine_not_found");

            begun = product.admit("during", PROVISION).isAccepted();
            assertThat(product.get("during").text("/status")).isEqualTo("provisioning");
        } finally {
            ORCHESTRATOR.deployment().startTemporal();
        }
        awaitHealth("{\"status\":\"ok\"}");
        Operations.awaitEnd(product, begun, "succeeded");
        assertThat(product.admit("during").isOk().text("/engine/status")).isEqualTo("running");
    }

    @Test
    void withoutAWorkerHealthSaysSoAndWhatIsBegunIsFinishedLater() {
        Product product = ORCHESTRATOR.register("worker");
        provision(product, "before");
        ORCHESTRATOR.deployment().stopWorker();
        String begun;
        try {
            awaitHealth(
                    "{\"status\":\"degraded\",\"subsystems\":{\"backend\":\"ok\",\"temporal\":\"ok\",\"workers\":\"error\"}}");
            assertThat(product.admit("before").isOk().text("/engine/status")).isEqualTo("running");
            begun = product.async().post("before", "stop").isAccepted();
        } finally {
            ORCHESTRATOR.deployment().startWorker();
        }
        awaitHealth("{\"status\":\"ok\"}");
        Operations.awaitEnd(product, begun, "succeeded");
        assertThat(product.get("before").text("/status")).isEqualTo("stopped");
    }

    @Test
    void aRequestThatHasWaitedLongEnoughIsAnsweredWithItsOperation() {
        Product product = ORCHESTRATOR.register("patience");
        try (SteerableEngine.Steering hold = ORCHESTRATOR.engine().hold()) {
            Client.Reply late = product.client().post("/engines/provision", Client.json("user_id", "slow"));
            String operation = late.isAccepted();
            assertThat(late.text("/kind")).isEqualTo("provision");
            assertThat(late.text("/status")).isEqualTo("running");
            assertThat(product.admit("slow").isAccepted())
                    .as("a joined admit, too")
                    .isEqualTo(operation);
            hold.close();
            Operations.awaitEnd(product, operation, "succeeded");
        }
        assertThat(product.get("slow").isOk().text("/api_key")).startsWith("sk-sept-");
    }
}
