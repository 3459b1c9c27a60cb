package ai.september.bap.api.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RefusalSampleTest {

    private final AtomicLong now = new AtomicLong();
    private final RefusalSample sample = new RefusalSample(now::get);

    private List<OptionalLong> next(int times) {
        return IntStream.range(0, times).mapToObj(n -> sample.next()).toList();
    }

    @Test
    void theFirstOfASecondAreWrittenAndTheOthersCountedOnTheNextThatIs() {
        assertThat(next(RefusalSample.PER_SECOND)).containsOnly(OptionalLong.of(0));
        assertThat(next(7)).containsOnly(OptionalLong.empty());

        now.addAndGet(TimeUnit.SECONDS.toNanos(1));

        assertThat(next(2)).containsExactly(OptionalLong.of(7), OptionalLong.of(0));
    }

    @Test
    void theClockMayBeginAnywhere() {
        now.set(TimeUnit.SECONDS.toNanos(-1_000));
        assertThat(next(RefusalSample.PER_SECOND)).containsOnly(OptionalLong.of(0));
        now.addAndGet(TimeUnit.SECONDS.toNanos(5));

        assertThat(next(RefusalSample.PER_SECOND)).containsOnly(OptionalLong.of(0));
        assertThat(sample.next()).isEmpty();
    }
}
