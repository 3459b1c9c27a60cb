package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code /status} and {@code /metrics}: a product's own fleet in figures. */
class FleetFiguresIT {

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR = Orchestrator.shared();

    private static String body(Product product, String path) {
        return product.client().get(path).isOk().body().toString();
    }

    private static void seed(Product product, int engines, int failed) {
        ORCHESTRATOR
                .sql()
                .useHandle(handle -> handle.createUpdate("""
                        INSERT INTO engines (engine_id, product_id, user_id, host_id, status, ever_ran, image, key_hash, key_token)
                        SELECT gen_random_uuid(), :product, n::text, 'local',
                            CASE WHEN n <= :failed THEN 'failed' ELSE 'stopped' END, true, 'x', decode(repeat('ab', 32), 'hex'), 't'
                        FROM generate_series(1, :engines) AS n
                        """)
                        .bind("product", UUID.fromString(product.productId()))
                        .bind("failed", failed)
                        .bind("engines", engines)
                        .execute());
    }

    @Test
    void aProductWithoutEngines() {
        Product product = ORCHESTRATOR.register("figures-none");
        assertThat(body(product, "/status"))
                .isEqualTo("{\"total\":0,\"by_status\":{},\"health\":\"ok\",\"unhealthy_count\":0}");
        assertThat(body(product, "/metrics"))
                .isEqualTo("{\"provisions_1h\":0,\"crashes_1h\":0,\"restarts_1h\":0,\"avg_boot_ms\":0,"
                        + "\"total_provisions\":0,\"total_destroys\":0}");
    }

    @ParameterizedTest
    @CsvSource({"5, 0, ok", "5, 1, degraded", "5, 2, degraded", "4, 2, critical", "1, 1, critical"})
    void healthIsCriticalFromHalfOfTheFleet(int engines, int failed, String health) {
        Product product = ORCHESTRATOR.register("figures-health");
        seed(product, engines, failed);

        Client.Reply status = product.client().get("/status").isOk();

        assertThat(status.text("/health")).isEqualTo(health);
        assertThat(status.body().path("total").asInt()).isEqualTo(engines);
        assertThat(status.body().path("unhealthy_count").asInt()).isEqualTo(failed);
        assertThat(status.body().at("/by_status/failed").asInt()).isEqualTo(failed);
        assertThat(status.fields("/by_status").contains("failed")).isEqualTo(failed > 0);
        assertThat(status.fields("/by_status").contains("stopped")).isEqualTo(engines > failed);
        assertThat(status.fields("/by_status")).doesNotContain("running");
    }

    @Test
    void whatHappensIsCounted() {
        Product product = ORCHESTRATOR.register("figures");
        product.provision("a");
        product.provision("b");
        try (SteerableEngine.Steering exits = ORCHESTRATOR.engine().exiting()) {
            product.client()
                    .post("/engines/provision", Client.json("user_id", "c"))
                    .isRefused(502, "BACKEND_ERROR");
        }
        product.destroy("a").isOk();

        Client.Reply status = product.client().get("/status").isOk();
        assertThat(status.fields("")).containsExactlyInAnyOrder("total", "by_status", "health", "unhealthy_count");
        assertThat(status.fields("/by_status")).containsExactlyInAnyOrder("failed", "running");
        assertThat(status.body().path("total").asInt()).isEqualTo(2);
        assertThat(status.body().at("/by_status/running").asInt()).isEqualTo(1);
        Client.Reply metrics = product.client().get("/metrics").isOk();
        assertThat(metrics.fields(""))
                .containsExactlyInAnyOrder(
                        "provisions_1h",
                        "crashes_1h",
                        "restarts_1h",
                        "avg_boot_ms",
                        "total_provisions",
                        "total_destroys");
        assertThat(metrics.body().path("provisions_1h").asInt()).isEqualTo(2);
        assertThat(metrics.body().path("crashes_1h").asInt()).isEqualTo(1);
        assertThat(metrics.body().path("restarts_1h").asInt()).isZero();
        assertThat(metrics.body().path("avg_boot_ms").isIntegralNumber()).isTrue();
        assertThat(metrics.body().path("avg_boot_ms").asInt()).isBetween(1, 60_000);
        assertThat(metrics.body().path("total_provisions").asInt()).isEqualTo(2);
        assertThat(metrics.body().path("total_destroys").asInt()).isEqualTo(1);

        ORCHESTRATOR
                .sql()
                .useHandle(handle -> handle.execute(
                        "DELETE FROM audit_log WHERE product_id = ?", UUID.fromString(product.productId())));
        assertThat(body(product, "/metrics"))
                .as("the totals outlive the audit log")
                .isEqualTo("{\"provisions_1h\":0,\"crashes_1h\":0,\"restarts_1h\":0,\"avg_boot_ms\":0,"
                        + "\"total_provisions\":2,\"total_destroys\":1}");
    }
}
