package ai.september.bap.api.activity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StampsTest {

    /** In microseconds; more than what counts as the same time. */
    private static final long STEP = 20_000;

    private final AtomicLong now = new AtomicLong();
    private final Stamps<String> stamps = new Stamps<>(3, now::get);
    private final Map<String, Long> written = new HashMap<>();

    private void write(List<String> things, List<Long> ages) {
        for (int i = 0; i < things.size(); i++) {
            written.put(things.get(i), ages.get(i));
        }
    }

    private void pass(long steps) {
        now.addAndGet(TimeUnit.MICROSECONDS.toNanos(steps * STEP));
    }

    @Test
    void eachThingIsWrittenOnceWithTheAgeOfItsLastUse() {
        stamps.stamp("a");
        pass(10);
        stamps.stamp("b");
        stamps.stamp("a");
        pass(5);

        stamps.flush(this::write);

        assertThat(written).isEqualTo(Map.of("a", 5 * STEP, "b", 5 * STEP));
        assertThat(stamps.waiting()).isZero();
    }

    @Test
    void usesWithinAMomentAreOne() {
        stamps.stamp("a");
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(9));
        stamps.stamp("a");
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(1));

        stamps.flush(this::write);

        assertThat(written).isEqualTo(Map.of("a", 10_000L));
    }

    @Test
    void whatCannotBeWrittenWaitsAndGrowsOlder() {
        stamps.stamp("a");

        assertThatThrownBy(() -> stamps.flush((things, ages) -> {
                    throw new IllegalStateException("away");
                }))
                .hasMessage("away");
        assertThat(stamps.waiting()).isEqualTo(1);
        pass(70);
        stamps.flush(this::write);

        assertThat(written).isEqualTo(Map.of("a", 70 * STEP));
    }

    @Test
    void whatIsUsedWhileItIsBeingWrittenIsWrittenAgain() {
        stamps.stamp("a");
        stamps.stamp("b");
        stamps.flush((things, ages) -> {
            pass(1);
            stamps.stamp("a");
        });
        assertThat(stamps.waiting()).isEqualTo(1);
        pass(2);

        stamps.flush(this::write);

        assertThat(written).isEqualTo(Map.of("a", 2 * STEP));
    }

    @Test
    void memoryIsBoundedAndWhatIsKnownAlreadyIsNotDropped() {
        IntStream.range(0, 5).forEach(n -> stamps.stamp("thing-" + n));
        pass(9);
        stamps.stamp("thing-0");

        stamps.flush(this::write);

        assertThat(written).containsOnlyKeys("thing-0", "thing-1", "thing-2").containsEntry("thing-0", 0L);
        assertThat(stamps.dropped()).isEqualTo(2);
    }

    @Test
    void manyAreWrittenInBatches() {
        Stamps<Integer> many = new Stamps<>(Integer.MAX_VALUE, now::get);
        IntStream.range(0, 2 * Stamps.BATCH + 1).forEach(many::stamp);
        List<Integer> sizes = new ArrayList<>();

        many.flush((things, ages) -> sizes.add(things.size()));

        assertThat(sizes).containsExactly(Stamps.BATCH, Stamps.BATCH, 1);
    }

    @Test
    void noUseIsLostBetweenThreadsThatStampAndOneThatFlushes() throws InterruptedException {
        AtomicLong clock = new AtomicLong();
        Stamps<Integer> shared = new Stamps<>(2_000, () -> clock.addAndGet(TimeUnit.MICROSECONDS.toNanos(STEP)));
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger stamped = new AtomicInteger();
        Map<Integer, Integer> seen = new HashMap<>();
        Thread user = new Thread(() -> {
            for (int n = 0; n < 100_000; n++) {
                shared.stamp(n % 1_000);
                stamped.incrementAndGet();
            }
            done.set(true);
        });
        user.start();
        do {
            shared.flush((things, ages) -> things.forEach(thing -> seen.merge(thing, 1, Integer::sum)));
        } while (!done.get());
        user.join();
        shared.flush((things, ages) -> things.forEach(thing -> seen.merge(thing, 1, Integer::sum)));

        assertThat(seen).hasSize(1_000);
        assertThat(shared.waiting()).isZero();
        assertThat(shared.dropped()).isZero();
        assertThat(stamped.get()).isEqualTo(100_000);
    }
}
