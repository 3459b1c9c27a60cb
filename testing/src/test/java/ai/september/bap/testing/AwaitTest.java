package ai.september.bap.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;

class AwaitTest {

    @Test
    void asksAgainUntilTheConditionHolds() {
        AtomicInteger asked = new AtomicInteger();

        Await.atMost(Duration.ofSeconds(5), "three questions").until(() -> asked.incrementAndGet() == 3);

        assertThat(asked).hasValue(3);
    }

    @Test
    void saysWhatItWaitedForInVain() {
        assertThatThrownBy(() ->
                        Await.atMost(Duration.ofMillis(20), "the moon to fall").until(() -> false))
                .isInstanceOf(ConditionTimeoutException.class)
                .hasMessageContaining("the moon to fall");
    }
}
