package ai.september.bap.local.processes;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.blackbox.Client;
import ai.september.bap.blackbox.Product;
import ai.september.bap.local.process.LoopbackPort;
import ai.september.bap.testing.TestDatabase;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class WaitingIT {

    private static final Duration AT_ONCE = Duration.ofSeconds(10);
    private static final String USER = "{\"user_id\":\"ada\"}";

    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.empty();

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    @Test
    void apiAndWorkerWaitForWhatIsNotThereYetAndThenWork() throws Exception {
        int port = LoopbackPort.free(0);
        try (Installation installation = new Installation(folder, postgres(port))) {
            Program worker = installation.worker().awaitLog("waiting for PostgreSQL (");
            Program api = installation.api().awaitLog("waiting for PostgreSQL (");

            try (EmbeddedPostgres unused =
                    EmbeddedPostgres.builder().setPort(port).start()) {
                worker.awaitLog("waiting for Temporal (");
                api.awaitLog("api is ready");
                assertThat(Client.anonymous(installation.apiUri())
                                .get("/health")
                                .isOk()
                                .text("/status"))
                        .isEqualTo("degraded");
                Product product = installation.register("early");
                product.client().post("/engines/provision", USER).isRefused(503, "UNAVAILABLE");

                installation.startTemporal();
                worker.awaitLog("worker is ready");
                product.client().post("/engines/provision", USER).isOk();
                worker.stop();
                api.stop();
            }
        }
    }

    @Test
    void whatWaitsForPostgreSqlEndsAtOnceWhenItIsTold() throws Exception {
        try (Installation installation = new Installation(folder, postgres(LoopbackPort.free(0)))) {
            Program worker = installation.worker().awaitLog("waiting for PostgreSQL (");
            Program api = installation.api().awaitLog("waiting for PostgreSQL (");

            worker.terminate();
            api.terminate();

            assertThat(worker.awaitEnd(0, AT_ONCE).complaints()).isEmpty();
            assertThat(api.awaitEnd(0, AT_ONCE).complaints()).isEmpty();
            assertThat(worker.output()).last().asString().endsWith("stopped");
        }
    }

    @Test
    void aWorkerThatWaitsForTemporalEndsAtOnceWhenItIsTold() throws Exception {
        try (Installation installation = new Installation(folder, DATABASE.url())) {
            Program worker = installation.worker().awaitLog("waiting for Temporal (");

            worker.terminate();

            assertThat(worker.awaitEnd(0, AT_ONCE).complaints()).isEmpty();
        }
    }

    private static String postgres(int port) {
        return "postgresql://postgres:postgres@127.0.0.1:" + port + "/postgres";
    }
}
