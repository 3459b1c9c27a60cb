package ai.september.bap.local.processes;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.blackbox.Operations;
import ai.september.bap.blackbox.Product;
import ai.september.bap.blackbox.SteerableEngine;
import ai.september.bap.process.ProcessMain;
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
class SharedWorkIT {

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
    void workersOfTwoHostsShareTheUsersAndOneThatIsKilledGoesOnWhereItWas() throws Exception {
        Program left = installation.worker("left");
        Program right = installation.worker("right").awaitLog("worker is ready");
        left.awaitLog("worker is ready");
        installation.api().awaitLog("api is ready");
        Product product = installation.register("shared");

        String first = product.provision("ada").text("/engine_id");
        String second = product.provision("bob").text("/engine_id");
        assertThat(List.of(installation.isOn("left", first), installation.isOn("right", second)))
                .containsExactly(true, true);

        String operation;
        try (SteerableEngine.Steering hold = installation.engine().hold()) {
            operation = product.async()
                    .client()
                    .post("/engines/provision", "{\"user_id\":\"cleo\"}")
                    .isAccepted();
            Operations.awaitStep(product, operation, "await_healthy", "running");
            // The third user's host: both are as full, so the first by name.
            left.kill();
        }
        installation.worker("left").awaitLog("worker is ready");
        Operations.awaitEnd(product, operation, "succeeded");

        String third = product.get("cleo").text("/engine_id");
        assertThat(installation.isOn("left", third)).isTrue();
        for (String engineId : List.of(first, second, third)) {
            assertThat(installation.processesOf(engineId)).as(engineId).hasSize(1);
        }
        right.stop();
    }

    @Test
    void aFolderOfEnginesHasOneWorkerAtATime() throws Exception {
        Program first = installation.worker().awaitLog("worker is ready");

        Program second = installation.worker().awaitEnd(ProcessMain.EXIT_CONFIGURATION);
        assertThat(second.complaints())
                .singleElement()
                .asString()
                .startsWith("worker cannot start: ORCH_SUBPROCESS_FOLDER: ")
                .contains("has a worker already", "ORCH_HOST_ID");

        first.kill();
        installation.worker().awaitLog("worker is ready").stop();
    }

    @Test
    void aHostHasOneWorkerAtATimeWhateverItsFolder() throws Exception {
        Program first = installation.worker("left").awaitLog("worker is ready");

        Program second =
                installation.worker("left", folder.resolve("elsewhere")).awaitEnd(ProcessMain.EXIT_CONFIGURATION);
        assertThat(second.complaints())
                .singleElement()
                .asString()
                .startsWith("worker cannot start: ORCH_HOST_ID: host left has a worker already")
                .contains("ORCH_SUBPROCESS_FOLDER");
        first.stop();
    }
}
