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
    void whatIsLeftOutOfSeveralSecondsAddsUp() {
        now.set(-1); // such clocks may begin anywhere
        next(RefusalSample.PER_SECOND + 1);
        now.addAndGet(TimeUnit.SECONDS.toNanos(5));
        List<OptionalLong> later = next(RefusalSample.PER_SECOND + 2);
        assertThat(later.get(0)).hasValue(1);
        now.addAndGet(TimeUnit.SECONDS.toNanos(1));
        assertThat(sample.next()).hasValue(2);
    }
}
