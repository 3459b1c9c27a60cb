package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.process.server.RunningServer;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code /health} over a Temporal that is there and does not work. (Things that go away: {@link OutagesIT}.) */
class HealthIT {

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR = Orchestrator.shared();

    private static final String TEMPORAL_DOWN =
            "{\"status\":\"degraded\",\"subsystems\":{\"backend\":\"ok\",\"temporal\":\"error\",\"workers\":\"ok\"}}";

    private static RunningServer replica(OddTemporal temporal) {
        return ORCHESTRATOR.deployment().startApi(Map.of("TEMPORAL_ADDRESS", temporal.address()));
    }

    private static String health(RunningServer replica) {
        return Client.anonymous(URI.create("http://127.0.0.1:" + replica.apiPort()))
                .get("/health")
                .isOk()
                .body()
                .toString();
    }

    @Test
    void aNamespaceThatIsMissingShows() {
        try (OddTemporal temporal = OddTemporal.withoutNamespaces();
                RunningServer replica = replica(temporal)) {
            assertThat(health(replica)).isEqualTo(TEMPORAL_DOWN);
        }
    }

    @Test
    void aTemporalThatHangsKeepsNotEveryRequestWaiting() {
        try (OddTemporal temporal = OddTemporal.silent();
                RunningServer replica = replica(temporal)) {
            health(replica);
            long start = System.nanoTime();
            for (int n = 0; n < 10; n++) {
                assertThat(health(replica)).isEqualTo(TEMPORAL_DOWN);
            }
            // Two seconds each, if every one asked.
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        }
    }
}
