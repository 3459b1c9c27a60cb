package ai.september.bap.api.activity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LeaseTest {

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final AtomicLong millis = new AtomicLong(1_000_000);
    private final Lease lease = new Lease(Duration.ofSeconds(30), nanos::get, millis::get);

    private void pass(long seconds) {
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
        millis.addAndGet(TimeUnit.SECONDS.toMillis(seconds));
    }

    @Test
    void itHoldsFromTheMomentThatTheDatabaseWasToldOf() {
        assertThat(lease.holds()).isFalse();

        Lease.Moment asked = lease.now();
        pass(20);
        assertThat(lease.holds()).as("nobody knows yet").isFalse();
        asked.renew();
        pass(9);
        assertThat(lease.holds()).isTrue();
        pass(1);
        assertThat(lease.holds()).isFalse();
    }

    @Test
    void theClockThatIsAheadCounts() {
        lease.now().renew();
        millis.addAndGet(30_000);
        assertThat(lease.holds()).as("suspended, and one clock with it").isFalse();

        lease.now().renew();
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(30));
        millis.addAndGet(-3_600_000);
        assertThat(lease.holds()).as("the other one was set back").isFalse();
    }
}
