package ai.september.bap.local.processes;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.blackbox.Product;
import ai.september.bap.testing.TestDatabase;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM loses no stamp: what was used a moment before is written down on the way out. */
@Timeout(300)
class ActivityAtEndIT {

    @RegisterExtension
    final TestDatabase database = TestDatabase.empty();

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    @Test
    void whatWasAdmittedRightBeforeTheEndIsOnRecord() throws Exception {
        try (Installation installation = Installation.withTemporal(folder, database.url())) {
            Program worker = installation.worker().awaitLog("worker is ready");
            Program api = installation.api().awaitLog("api is ready");
            Product product = installation.register("end");
            List<UUID> engines = IntStream.range(0, 3)
                    .mapToObj(
                            n -> UUID.fromString(product.provision("user-" + n).text("/engine_id")))
                    .toList();
            OffsetDateTime before = now();
            for (int n = 0; n < engines.size(); n++) {
                product.admit("user-" + n).isOk();
            }

            api.stop();

            assertThat(admittedSince(before)).containsExactlyInAnyOrderElementsOf(engines);
            worker.stop();
        }
    }

    private List<UUID> admittedSince(OffsetDateTime time) {
        return Jdbi.create(database.dataSource())
                .withHandle(handle -> handle.createQuery(
                                "SELECT engine_id FROM engine_activity WHERE last_admit_at >= :time")
                        .bind("time", time)
                        .mapTo(UUID.class)
                        .list());
    }

    private OffsetDateTime now() {
        return Jdbi.create(database.dataSource())
                .withHandle(handle -> handle.createQuery("SELECT now()")
                        .mapTo(OffsetDateTime.class)
                        .one());
    }
}
