package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.testing.Await;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code /prometheus} on the API's admin port. */
class PrometheusIT {

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR = Orchestrator.shared();

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

    private static long rows(String state) {
        return ORCHESTRATOR
                .sql()
                .withHandle(handle -> handle.createQuery("SELECT count(*) FROM engines WHERE status = ?")
                        .bind(0, state)
                        .mapTo(Long.class)
                        .one());
    }
}
