package ai.september.bap.registry.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.september.bap.registry.TestRegistry;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.testing.Await;
import ai.september.bap.testing.TestDatabase;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class EngineLockTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @RegisterExtension
    final TestDatabase db = TestRegistry.database();

    private EngineLock lock;
    private TestRegistry registry;

    @BeforeEach
    void open() {
        registry = TestRegistry.on(db);
        lock = new EngineLock(registry.jdbi);
    }

    @Test
    void oneEngineIsHeldByOneAtATime() throws Exception {
        EngineId engine = EngineId.random();
        AtomicInteger holders = new AtomicInteger();
        AtomicInteger times = new AtomicInteger();

        Crowd.of(8, member -> {
            for (int i = 0; i < 5; i++) {
                try (EngineLock.Held held = lock.take(engine)) {
                    assertThat(holders.incrementAndGet()).isEqualTo(1);
                    holders.decrementAndGet();
                    times.incrementAndGet();
                }
            }
        });

        assertThat(times).hasValue(40);
    }

    @Test
    void twoEnginesAreHeldIndependently() throws Exception {
        try (EngineLock.Held one = lock.take(EngineId.random());
                EngineLock.Held two = lock.take(EngineId.random())) {
            assertThat(advisoryLocks()).isEqualTo(2);
        }
        assertThat(advisoryLocks()).isZero();
    }

    @Test
    void whoeverWaitsCanBeInterruptedAndLeavesNothingBehind() throws Exception {
        EngineId engine = EngineId.random();
        CompletableFuture<Throwable> outcome = new CompletableFuture<>();
        try (EngineLock.Held held = lock.take(engine)) {
            Thread waiter = new Thread(() -> {
                try (EngineLock.Held second = lock.take(engine)) {
                    outcome.complete(new AssertionError("took it"));
                } catch (Throwable thrown) {
                    outcome.complete(thrown);
                }
            });
            waiter.start();
            Await.atMost(PATIENCE, "the waiter pauses").until(() -> waiter.getState() == Thread.State.TIMED_WAITING);

            waiter.interrupt();

            assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
        }
        assertThat(advisoryLocks()).isZero();
    }

    @Test
    void theLockOfAWorkerThatLostItsConnectionIsFree() throws Exception {
        EngineId engine = EngineId.random();
        EngineLock.Held lost = lock.take(engine);

        db.cutOff();
        db.restore();

        try (EngineLock.Held next = new EngineLock(TestRegistry.on(db).jdbi).take(engine)) {
            assertThat(advisoryLocks()).isEqualTo(1);
        }
        assertThatThrownBy(lost::close).as("that is how its holder hears of it").isInstanceOf(JdbiException.class);
    }

    private long advisoryLocks() {
        return TestRegistry.on(db).count("""
                SELECT count(*) FROM pg_locks
                WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                """);
    }
}
