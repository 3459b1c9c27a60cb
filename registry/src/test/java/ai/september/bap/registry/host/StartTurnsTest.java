package ai.september.bap.registry.host;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.registry.TestRegistry;
import ai.september.bap.registry.database.TransactionLock;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.testing.Await;
import ai.september.bap.testing.TestDatabase;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class StartTurnsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final HostId HOST = new HostId("one");

    @RegisterExtension
    final TestDatabase db = TestRegistry.database();

    /** As another worker sees the host: with connections of its own. */
    private StartTurns worker(HostId host) {
        return worker(host, Duration.ofMinutes(5));
    }

    private StartTurns worker(HostId host, Duration patience) {
        return new StartTurns(TestRegistry.on(db).jdbi, host, 2, patience);
    }

    @Test
    void whoeverHasWaitedForLongGoesOnWithoutATurn() throws Exception {
        try (TransactionLock frozen = worker(HOST).take();
                TransactionLock too = worker(HOST).take();
                TransactionLock none = worker(HOST, Duration.ofMillis(50)).take()) {
            assertThat(advisoryLocks()).isEqualTo(2);
        }
    }

    @Test
    void workersBesideAHostShareItsTurns() throws Exception {
        StartTurns another = worker(HOST);
        FutureTask<Boolean> third = new FutureTask<>(() -> takeOnce(another));
        try (TransactionLock second = worker(HOST).take()) {
            TransactionLock first = worker(HOST).take();
            Thread waiter = new Thread(third);
            waiter.start();
            Await.atMost(PATIENCE, "it has asked in vain").until(() -> waiter.getState() == Thread.State.TIMED_WAITING);
            assertThat(third).isNotDone();

            first.close();

            assertThat(third.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(advisoryLocks()).isEqualTo(1);
        }
    }

    private static boolean takeOnce(StartTurns turns) throws InterruptedException {
        try (TransactionLock turn = turns.take()) {
            return true;
        }
    }

    @Test
    void whoeverTakesATurnLeavesTheOthers() throws Exception {
        try (TransactionLock turn = worker(HOST).take()) {
            assertThat(advisoryLocks()).isEqualTo(1);
        }
        assertThat(advisoryLocks()).isZero();
    }

    @Test
    void anotherHostHasTurnsOfItsOwn() throws Exception {
        try (TransactionLock one = worker(HOST).take();
                TransactionLock two = worker(HOST).take();
                TransactionLock other = worker(new HostId("another")).take()) {
            assertThat(advisoryLocks()).isEqualTo(3);
        }
    }

    @Test
    void theTurnsOfAWorkerThatLostItsConnectionAreFree() throws Exception {
        TransactionLock unusedLost = worker(HOST).take();
        TransactionLock unusedToo = worker(HOST).take();

        db.cutOff();
        db.restore();

        try (TransactionLock next = worker(HOST).take()) {
            assertThat(advisoryLocks()).isEqualTo(1);
        }
    }

    private long advisoryLocks() {
        return TestRegistry.on(db).count("""
                SELECT count(*) FROM pg_locks
                WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                """);
    }
}
