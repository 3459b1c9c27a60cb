package ai.september.bap.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SlidingMinuteTest {

    private static final long SECOND = 1_000_000_000L;

    /** Clocks of this kind begin anywhere. */
    private long now = -17 * SECOND - 5;

    private final SlidingMinute minute = new SlidingMinute(now);

    private boolean passes(int limit) {
        return minute.count(limit, now).isEmpty();
    }

    @Test
    void letsTheLimitThroughAndNoMore() {
        for (int n = 0; n < 600; n++) {
            assertThat(passes(600)).isTrue();
        }
        assertThat(passes(600)).isFalse();
        now += 59 * SECOND;
        assertThat(passes(600)).isFalse();
        now += 2 * SECOND;
        assertThat(passes(600)).isTrue();
    }

    @Test
    void afterTheWaitThereIsRoomAndNotBefore() {
        assertThat(passes(2)).isTrue();
        now += 20 * SECOND;
        assertThat(passes(2)).isTrue();
        now += 7 * SECOND + 1;

        Duration wait = minute.count(2, now).orElseThrow();

        assertThat(wait).isBetween(Duration.ofSeconds(32), Duration.ofSeconds(34));
        now += wait.toNanos() - 1;
        assertThat(passes(2)).isFalse();
        now += 1;
        assertThat(passes(2)).isTrue();
    }

    @Test
    void whatWasRefusedIsNotCounted() {
        assertThat(passes(1)).isTrue();
        for (int second = 0; second < 59; second++) {
            now += SECOND;
            assertThat(passes(1)).isFalse();
        }
        now += 2 * SECOND;
        assertThat(passes(1)).isTrue();
    }

    @Test
    void aLongSilenceIsForgottenAtOnce() {
        assertThat(passes(1)).isTrue();
        now += 1_000_000 * SECOND;
        assertThat(passes(1)).isTrue();
    }

    @Test
    void aReadingOfTheClockThatComesLateIsTakenAsTheLatest() {
        now += 10 * SECOND;
        assertThat(passes(1)).isTrue();
        now -= SECOND;
        assertThat(minute.count(1, now)).isPresent();
    }

    @Test
    void inNoMinuteMoreThanTheLimit() {
        Random random = new Random(5);
        Deque<Long> passed = new ArrayDeque<>();
        int mostInAMinute = 0;
        for (int n = 0; n < 50_000; n++) {
            now += random.nextInt(400) * SECOND / 1_000;
            Optional<Duration> wait = minute.count(100, now);
            if (wait.isEmpty()) {
                passed.add(now);
            } else {
                assertThat(wait.get()).isPositive().isLessThanOrEqualTo(Duration.ofSeconds(61));
            }
            while (!passed.isEmpty() && passed.getFirst() <= now - 60 * SECOND) {
                passed.removeFirst();
            }
            mostInAMinute = Math.max(mostInAMinute, passed.size());
        }
        assertThat(mostInAMinute).isEqualTo(100);
    }
}
