package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.testing.Await;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code /prometheus} on the admin ports. */
class PrometheusIT {

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR = Orchestrator.shared();

    private static final String ENDED = "bap_operations_seconds_count";

    private static final List<String> STATES =
            List.of("provisioning", "running", "sleeping", "stopped", "failed", "destroying");

    @Test
    void theHotPathHasALatencyOfItsOwn() {
        Product product = ORCHESTRATOR.register("prometheus-hot");
        product.provision("u");
        double before = count("bap_admit_hot_path_seconds_count");
        for (int n = 0; n < 5; n++) {
            product.admit("u").isOk();
        }
        product.admit("nobody").isDenied("engine_not_found");
        product.get("u").isOk();

        // Measured after the answer; the two others have come and gone when the last is.
        Await.atMost(Duration.ofSeconds(10), "all are measured")
                .until(() -> ORCHESTRATOR.metrics().sum("bap_admit_hot_path_seconds_count") == before + 5);
        Metrics metrics = ORCHESTRATOR.metrics();
        assertThat(metrics.sum("bap_admit_hot_path_seconds_sum")).isPositive();
        assertThat(metrics.sum("bap_admit_hot_path_seconds_bucket", "le=\"1.0\""))
                .isPositive();
        assertThat(metrics.sum(
                        "http_server_requests_seconds_count", "route=\"/engines/{user_id}/admit\"", "status=\"200\""))
                .isGreaterThanOrEqualTo(before + 6);
    }

    private static double count(String metric) {
        return ORCHESTRATOR.metrics().sum(metric);
    }

    @Test
    void enginesAreCountedByState() {
        Product product = ORCHESTRATOR.register("prometheus-states");
        product.provision("running");
        product.provision("stopped");
        product.post("stopped", "stop").isOk();

        for (String state : STATES) {
            assertThat(ORCHESTRATOR.metrics().has("bap_engines", "status=\"" + state + "\""))
                    .as(state)
                    .isTrue();
            Await.atMost(Duration.ofSeconds(20), state + " engines are counted")
                    .until(() -> ORCHESTRATOR.metrics().sum("bap_engines", "status=\"" + state + "\"") == rows(state));
        }
        assertThat(rows("running")).isPositive();
        assertThat(rows("stopped")).isPositive();
    }

    /** What was carried out ends in the worker, what was pre-empted in the API. */
    @Test
    void operationsAreCountedByKindAndOutcomeWhereverTheyEnd() {
        Product product = ORCHESTRATOR.register("prometheus-operations");
        double provisions = ORCHESTRATOR.workerMetrics().sum(ENDED, "kind=\"provision\"", "outcome=\"succeeded\"");
        double failures = ORCHESTRATOR.workerMetrics().sum(ENDED, "kind=\"provision\"", "outcome=\"failed\"");
        double preempted = ORCHESTRATOR.metrics().sum(ENDED, "kind=\"provision\"", "outcome=\"cancelled\"");

        product.provision("succeeds");
        try (SteerableEngine.Steering exiting = ORCHESTRATOR.engine().exiting()) {
            product.client()
                    .post("/engines/provision", Client.json("user_id", "fails"))
                    .isRefused(502, "BACKEND_ERROR");
        }
        try (SteerableEngine.Steering hold = ORCHESTRATOR.engine().hold()) {
            product.async()
                    .client()
                    .post("/engines/provision", Client.json("user_id", "cut"))
                    .isAccepted();
            product.destroy("cut").isOk();
        }

        Await.atMost(Duration.ofSeconds(10), "ends are counted after their commit")
                .untilAsserted(() -> {
                    Metrics worker = ORCHESTRATOR.workerMetrics();
                    assertThat(worker.sum(ENDED, "kind=\"provision\"", "outcome=\"succeeded\""))
                            .isEqualTo(provisions + 1);
                    assertThat(worker.sum(ENDED, "kind=\"provision\"", "outcome=\"failed\""))
                            .isEqualTo(failures + 1);
                    assertThat(ORCHESTRATOR.metrics().sum(ENDED, "kind=\"provision\"", "outcome=\"cancelled\""))
                            .isEqualTo(preempted + 1);
                });
        assertThat(ORCHESTRATOR.workerMetrics().sum("bap_operations_seconds_sum", "kind=\"provision\""))
                .isPositive();
    }

    @Test
    void admitsAreCountedByWhatTheyComeTo() {
        Product product = ORCHESTRATOR.register("prometheus-admits");
        Product limited = ORCHESTRATOR.register("prometheus-limited", "{\"rate_limit_rpm\":0}");
        product.provision("u");
        double admitted = admits("admitted", "none");
        double denied = admits("denied", "engine_not_found");
        double refused = admits("refused", "rate_limited");

        product.admit("u").isOk();
        product.admit("nobody").isDenied("engine_not_found");
        limited.admit("u").isRefused(429, "RATE_LIMITED");

        assertThat(admits("admitted", "none")).isEqualTo(admitted + 1);
        assertThat(admits("denied", "engine_not_found")).isEqualTo(denied + 1);
        assertThat(admits("refused", "rate_limited")).isEqualTo(refused + 1);
    }

    private static double admits(String outcome, String reason) {
        return ORCHESTRATOR
                .metrics()
                .sum("bap_admits_total", "outcome=\"" + outcome + "\"", "reason=\"" + reason + "\"");
    }

    /** Whether they met the first one on its way to the database or found its operation there. */
    @Test
    void whoJoinsWhatAnotherOneBeganIsCounted() {
        int herd = 20;
        Product product = ORCHESTRATOR.register("prometheus-herd");
        double before = joined();
        List<CompletableFuture<Client.Reply>> admits;
        try (SteerableEngine.Steering hold = ORCHESTRATOR.engine().hold()) {
            admits = Stream.generate(() -> product.client().postAsync("/engines/u/admit", "{\"auto_provision\":true}"))
                    .limit(herd)
                    .toList();
            ORCHESTRATOR.awaitWaiting(herd);
        }
        admits.forEach(admit -> admit.join().isOk());

        assertThat(joined()).isEqualTo(before + herd - 1);
    }

    private static double joined() {
        Metrics metrics = ORCHESTRATOR.metrics();
        return metrics.sum("bap_admits_followed_total")
                + metrics.sum("bap_operations_joined_total", "kind=\"provision\"");
    }

    @Test
    void stepsAreTimedByName() {
        Product product = ORCHESTRATOR.register("prometheus-steps");
        double launches = steps("launch_container", "succeeded");
        double failures = steps("await_healthy", "failed");

        product.provision("u");
        try (SteerableEngine.Steering exiting = ORCHESTRATOR.engine().exiting()) {
            product.client()
                    .post("/engines/provision", Client.json("user_id", "fails"))
                    .isRefused(502, "BACKEND_ERROR");
        }

        assertThat(steps("launch_container", "succeeded")).isEqualTo(launches + 2);
        assertThat(steps("await_healthy", "failed")).isEqualTo(failures + 1);
        assertThat(ORCHESTRATOR.workerMetrics().sum("bap_steps_seconds_sum", "step=\"launch_container\""))
                .isPositive();
    }

    private static double steps(String step, String outcome) {
        return ORCHESTRATOR
                .workerMetrics()
                .sum("bap_steps_seconds_count", "step=\"" + step + "\"", "outcome=\"" + outcome + "\"");
    }

    @Test
    void whatIsUnderWayIsCounted() {
        Product product = ORCHESTRATOR.register("prometheus-open");
        try (SteerableEngine.Steering hold = ORCHESTRATOR.engine().hold()) {
            product.async()
                    .client()
                    .post("/engines/provision", Client.json("user_id", "u"))
                    .isAccepted();
            Await.atMost(Duration.ofSeconds(20), "the provision is open")
                    .until(() -> ORCHESTRATOR.metrics().sum("bap_operations_open", "kind=\"provision\"") >= 1);
            assertThat(ORCHESTRATOR.metrics().sum("bap_operations_open_oldest_seconds"))
                    .isPositive();
        }
        assertThat(ORCHESTRATOR.metrics().sum("bap_workers")).isEqualTo(1);
        assertThat(ORCHESTRATOR.metrics().sum("bap_hosts_away")).isZero();
    }

    @Test
    void poolsShowHowFullTheyAre() {
        for (Metrics process : List.of(ORCHESTRATOR.metrics(), ORCHESTRATOR.workerMetrics())) {
            assertThat(process.sum("bap_database_connections_max")).isEqualTo(32);
            assertThat(process.sum("bap_database_connections_idle") + process.sum("bap_database_connections_active"))
                    .isBetween(1.0, 32.0);
            assertThat(process.sum("bap_database_acquire_seconds_count", "outcome=\"acquired\""))
                    .isPositive();
        }
    }

    private static long rows(String state) {
        return ORCHESTRATOR
                .sql()
                .withHandle(handle -> handle.createQuery("SELECT count(*) FROM engines WHERE status = ?")
                        .bind(0, state)
                        .mapTo(Long.class)
                        .one());
    }
}
