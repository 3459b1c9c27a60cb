package ai.september.bap.api.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RecentTest {

    private static final Duration FRESH = Duration.ofSeconds(1);

    private final AtomicLong clock = new AtomicLong(5);
    private final AtomicInteger asked = new AtomicInteger();

    private void pass(Duration time) {
        clock.addAndGet(time.toNanos());
    }

    @Test
    void anAnswerThatTookLongIsKeptFromWhenItCame() {
        Recent<Integer> recent = new Recent<>(
                FRESH,
                () -> {
                    pass(Duration.ofSeconds(2));
                    return asked.incrementAndGet();
                },
                clock::get);

        assertThat(recent.get()).isEqualTo(1);
        pass(Duration.ofMillis(999));
        assertThat(recent.get()).isEqualTo(1);
        pass(Duration.ofMillis(1));
        assertThat(recent.get()).isEqualTo(2);
    }

    @Test
    void whoComesWhileOneAsksGetsTheLastAnswerUnlessItIsTooOld() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Recent<Integer> recent = new Recent<>(
                FRESH,
                () -> {
                    int answer = asked.incrementAndGet();
                    if (answer == 2) {
                        begun.countDown();
                        await(go);
                    }
                    return answer;
                },
                clock::get);
        recent.get();
        pass(FRESH);
        CompletableFuture<Integer> asking = CompletableFuture.supplyAsync(recent::get);
        begun.await();

        assertThat(recent.get()).as("not kept waiting").isEqualTo(1);
        pass(Duration.ofSeconds(20));
        CompletableFuture<Integer> late = CompletableFuture.supplyAsync(recent::get);
        go.countDown();

        assertThat(asking.join()).isEqualTo(2);
        assertThat(late.join()).isEqualTo(2);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aQuestionThatFailsIsAskedAgainByTheNext() {
        Recent<Integer> recent = new Recent<>(
                FRESH,
                () -> {
                    if (asked.incrementAndGet() == 1) {
                        throw new IllegalStateException("away");
                    }
                    return asked.get();
                },
                clock::get);

        assertThatThrownBy(recent::get).hasMessage("away");
        assertThat(recent.get()).isEqualTo(2);
    }
}
