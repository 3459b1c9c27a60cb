package ai.september.bap.api.activity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ReadingsTest {

    private final Readings readings = new Readings();

    @Test
    void theEndOfAnEpochIsThatOfItsLastReading() {
        Reading one = readings.begin();
        Reading other = readings.begin();
        readings.turn();
        Reading later = readings.begin();

        assertThat(readings.isFormerOver()).isFalse();
        one.close();
        one.close();
        assertThat(readings.isFormerOver()).as("one that ends twice ends once").isFalse();
        other.close();
        assertThat(readings.isFormerOver())
                .as("those who came later do not matter")
                .isTrue();

        readings.turn();
        assertThat(readings.isFormerOver()).isFalse();
        later.close();
        assertThat(readings.isFormerOver()).isTrue();
    }

    /** Each reading looks at a clock and leaves what it saw; an epoch that is over has left all that was seen before its turn. */
    @Test
    void whatWasSeenBeforeATurnIsLeftWhenTheEpochIsOver() throws Exception {
        AtomicLong clock = new AtomicLong();
        AtomicBoolean stop = new AtomicBoolean();
        int threads = 3;
        AtomicLong[] underWay = IntStream.range(0, threads)
                .mapToObj(n -> new AtomicLong(Long.MAX_VALUE))
                .toArray(AtomicLong[]::new);
        ExecutorService crowd = Executors.newFixedThreadPool(threads);
        List<? extends Future<?>> all = IntStream.range(0, threads)
                .mapToObj(n -> crowd.submit(() -> {
                    while (!stop.get()) {
                        try (Reading reading = readings.begin()) {
                            underWay[n].set(clock.get());
                            LockSupport.parkNanos(1);
                            underWay[n].set(Long.MAX_VALUE);
                        }
                    }
                }))
                .toList();
        try {
            for (int turn = 0; turn < 300; turn++) {
                long mark = clock.get();
                readings.turn();
                while (!readings.isFormerOver()) {
                    LockSupport.parkNanos(1);
                }
                clock.incrementAndGet();
                for (AtomicLong seen : underWay) {
                    assertThat(seen.get()).isGreaterThanOrEqualTo(mark);
                }
                long next = clock.get();
                assertThat(next).isEqualTo(mark + 1);
            }
        } finally {
            stop.set(true);
            crowd.shutdown();
        }
        for (Future<?> one : all) {
            one.get();
        }
    }
}
