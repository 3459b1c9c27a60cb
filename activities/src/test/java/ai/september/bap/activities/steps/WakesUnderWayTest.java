package ai.september.bap.activities.steps;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.registry.id.OperationId;
import ai.september.bap.testing.Await;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WakesUnderWayTest {

    private static final Duration LONG = Duration.ofMinutes(10);

    private final WakesUnderWay wakes = new WakesUnderWay();
    private final OperationId wake = OperationId.random();

    @Test
    void onlyOneIsAtAWakeAndOthersAreFree() {
        assertThat(wakes.begin(wake)).isTrue();
        assertThat(wakes.begin(wake)).isFalse();
        assertThat(wakes.begin(OperationId.random())).isTrue();
        wakes.end(wake);
        assertThat(wakes.begin(wake)).isTrue();
    }

    @Test
    void theNextBeginsWhenTheOtherHasEnded() throws Exception {
        assertThat(wakes.begin(wake)).isTrue();
        CompletableFuture<Boolean> next = new CompletableFuture<>();
        Thread waiting = new Thread(() -> {
            try {
                next.complete(wakes.beginNext(wake, LONG));
            } catch (InterruptedException unexpected) {
                next.completeExceptionally(unexpected);
            }
        });
        waiting.start();
        Await.atMost(Duration.ofSeconds(30), "it waits").until(() -> waiting.getState() == Thread.State.TIMED_WAITING);

        wakes.end(wake);

        assertThat(next.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(wakes.begin(wake)).as("the next is at it").isFalse();
    }

    @Test
    void whoHasWaitedLongEnoughOwesNoEnd() throws Exception {
        assertThat(wakes.begin(wake)).isTrue();

        assertThat(wakes.beginNext(wake, Duration.ofMillis(1))).isFalse();
    }
}
