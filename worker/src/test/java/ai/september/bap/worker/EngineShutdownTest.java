package ai.september.bap.worker;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.activities.container.BackendException;
import ai.september.bap.activities.container.ContainerId;
import ai.september.bap.activities.container.ContainerStatus;
import ai.september.bap.registry.id.EngineId;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EngineShutdownTest {

    private static final int MANY = 200;
    private static final Duration AGES = Duration.ofMinutes(30);

    /** Engines that do not end before the grace is over. */
    private static final class Hung extends MemoryBackend {

        final CountDownLatch asked;
        final Set<ContainerId> killed = ConcurrentHashMap.newKeySet();
        final AtomicBoolean killedBeforeAllWereAsked = new AtomicBoolean();
        final AtomicBoolean refuses = new AtomicBoolean();

        Hung(int engines) {
            this.asked = new CountDownLatch(engines);
            for (int i = 0; i < engines; i++) {
                running(EngineId.random(), 1, null);
            }
        }

        @Override
        public void stop(ContainerId id, Duration grace) throws InterruptedException {
            asked.countDown();
            if (refuses.getAndSet(false)) {
                throw BackendException.passing("not now", null);
            }
            TimeUnit.NANOSECONDS.sleep(grace.toNanos());
            if (asked.getCount() > 0) {
                killedBeforeAllWereAsked.set(true);
            }
            killed.add(id);
            super.stop(id, grace);
        }
    }

    @Test
    void howeverManyHangAllAreAskedBeforeTheFirstIsKilled() {
        Hung backend = new Hung(MANY);

        new EngineShutdown(backend, Duration.ofSeconds(2)).close();

        assertThat(backend.killed).hasSize(MANY);
        assertThat(backend.killedBeforeAllWereAsked).isFalse();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void oneThatCouldNotBeStoppedIsKilledInTheEnd() {
        Hung backend = new Hung(3);
        backend.refuses.set(true);

        new EngineShutdown(backend, Duration.ofMillis(50)).close();

        assertThat(backend.killed).hasSize(3);
    }

    @Test
    void anInterruptKillsWhatIsLeftAtOnceAndIsNotForgotten() throws Exception {
        Hung backend = new Hung(MANY);
        AtomicBoolean remembered = new AtomicBoolean();
        Thread closing = new Thread(() -> {
            new EngineShutdown(backend, AGES).close();
            remembered.set(Thread.currentThread().isInterrupted());
        });
        closing.start();
        backend.asked.await();

        closing.interrupt();
        closing.join();

        assertThat(backend.list()).noneMatch(ContainerStatus::isLive);
        assertThat(remembered).isTrue();
    }

    @Test
    void whoWasInterruptedBeforeLeavesNoEngineEither() throws Exception {
        Hung backend = new Hung(3);
        AtomicBoolean remembered = new AtomicBoolean();
        Thread closing = new Thread(() -> {
            Thread.currentThread().interrupt();
            new EngineShutdown(backend, AGES).close();
            remembered.set(Thread.currentThread().isInterrupted());
        });
        closing.start();
        closing.join();

        assertThat(backend.killed).hasSize(3);
        assertThat(remembered).isTrue();
    }
}
