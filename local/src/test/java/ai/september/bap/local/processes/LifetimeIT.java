package ai.september.bap.local.processes;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.blackbox.EngineClient;
import ai.september.bap.blackbox.Operations;
import ai.september.bap.blackbox.Product;
import ai.september.bap.blackbox.SteerableEngine;
import ai.september.bap.testing.Prerequisite;
import ai.september.bap.testing.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class LifetimeIT {

    @RegisterExtension
    final TestDatabase database = TestDatabase.empty();

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    private Installation installation;

    @BeforeEach
    void install() throws Exception {
        installation = Installation.withTemporal(folder, database.url());
    }

    @AfterEach
    void uninstall() throws Exception {
        installation.close();
    }

    @Test
    void enginesOutliveTheProcessesThatMadeThemAndAreAdoptedByTheNext() throws Exception {
        installation.migrate().awaitEnd(0);
        Program worker = installation.worker().awaitLog("worker is ready");
        Program api = installation.api().awaitLog("api is ready");
        Product product = installation.register("lifetime");
        EngineClient engine = EngineClient.of(product.provision("ada").body());
        String engineId = product.get("ada").text("/engine_id");
        List<Long> process = installation.processesOf(engineId);
        assertThat(process).hasSize(1);
        assertThat(engine.say("t-1", "my name is Ada")).contains("Ada");

        worker.stop();
        api.stop();
        assertThat(engine.say("t-1", "still there?")).isNotEmpty();

        installation
                .worker()
                .awaitLog("1 engines run already, 0 are brought back")
                .awaitLog("worker is ready");
        installation.api().awaitLog("api is ready");
        assertThat(installation.processesOf(engineId)).isEqualTo(process);
        product.post("ada", "stop").isOk();
        product.post("ada", "start").isOk();
        product.destroy("ada").isOk();
        assertThat(installation.processesOf(engineId)).isEmpty();
    }

    @Test
    void aWorkerThatIsToldToStopInTheMiddleOfABootLeavesItToTheNext() throws Exception {
        // The test server keeps for ever what it gave to a worker that no longer listened.
        Prerequisite.command("temporal");
        Program worker = installation.worker().awaitLog("worker is ready");
        installation.api().awaitLog("api is ready");
        Product product = installation.register("drain");

        String operation;
        try (SteerableEngine.Steering hold = installation.engine().hold()) {
            operation = product.async()
                    .client()
                    .post("/engines/provision", "{\"user_id\":\"ada\"}")
                    .isAccepted();
            Operations.awaitStep(product, operation, "await_healthy", "running");
            worker.terminate();
            worker.awaitLog("stopping");
            hold.close();
            worker.awaitEnd(0);
        }
        installation.worker().awaitLog("worker is ready");

        Operations.awaitEnd(product, operation, "succeeded");
        assertThat(installation.processesOf(product.get("ada").text("/engine_id")))
                .hasSize(1);
    }
}
