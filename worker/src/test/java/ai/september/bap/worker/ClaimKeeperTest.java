package ai.september.bap.worker;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.registry.host.HostClaim;
import ai.september.bap.testing.Await;
import ai.september.bap.testing.TestDatabase;
import ai.september.bap.testing.registry.TestRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ClaimKeeperTest {

    @RegisterExtension
    final TestDatabase database = TestRegistry.database();

    @Test
    void whoeverLosesItsHostToAnotherWorkerEndsAndWhoeverOnlyLostTheDatabaseDoesNot() throws Exception {
        TestRegistry registry = new TestRegistry(database);
        AtomicLong now = new AtomicLong();
        AtomicInteger ends = new AtomicInteger();
        HostClaim claim =
                HostClaim.take(registry.jdbi, TestRegistry.HOST, Duration.ZERO).orElseThrow();
        ClaimKeeper keeper = new ClaimKeeper(
                claim, TestRegistry.HOST, () -> Instant.ofEpochSecond(now.get()), ends::incrementAndGet);
        loseDatabase();
        run(keeper);
        now.addAndGet(ClaimKeeper.PATIENCE.toSeconds() + 1);
        run(keeper);
        assertThat(ends).as("it was taken again").hasValue(0);

        loseDatabase();
        HostClaim faster = HostClaim.take(new TestRegistry(database).jdbi, TestRegistry.HOST, Duration.ofSeconds(10))
                .orElseThrow();
        run(keeper);
        assertThat(ends).as("it may be our own lost session that holds it").hasValue(0);
        now.addAndGet(ClaimKeeper.PATIENCE.toSeconds() + 1);
        run(keeper);
        assertThat(ends).hasValue(1);

        faster.close();
        run(keeper);
        assertThat(ends).hasValue(1);
        claim.close();
    }

    /** As chores do it, again and again: connections in the pool may be dead, too. */
    private static void run(ClaimKeeper keeper) {
        Await.atMost(Duration.ofSeconds(10), "the database answers")
                .ignoreExceptionsInstanceOf(JdbiException.class)
                .untilAsserted(keeper::run);
    }

    private void loseDatabase() {
        database.cutOff();
        database.restore();
    }
}
