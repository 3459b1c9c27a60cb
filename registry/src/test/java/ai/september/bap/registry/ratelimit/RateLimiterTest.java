package ai.september.bap.registry.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.september.bap.registry.TestRegistry;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.testing.Await;
import ai.september.bap.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The sliding window; where time has to pass, the window is a short one. */
class RateLimiterTest {

    private static final Duration MINUTE = Duration.ofSeconds(60);
    private static final Duration MOMENT = Duration.ofMillis(400);

    @RegisterExtension
    static final TestDatabase db = TestRegistry.database();

    private TestRegistry registry;
    private RateLimiter limiter;

    @BeforeEach
    void open() {
        registry = TestRegistry.on(db);
        limiter = new RateLimiter(registry.jdbi);
    }

    @Test
    void theLimitIsReachedExactly() {
        for (int i = 0; i < 7; i++) {
            assertThatCode(() -> limiter.take(registry.product, 7)).doesNotThrowAnyException();
        }

        assertThatThrownBy(() -> limiter.take(registry.product, 7))
                .isInstanceOfSatisfying(BapException.class, refused -> {
                    assertThat(refused.code()).isEqualTo(ErrorCode.RATE_LIMITED);
                    assertThat(refused.retryAfter().orElseThrow().toSeconds()).isBetween(58L, 60L);
                    assertThat(refused)
                            .hasMessageContaining(
                                    refused.retryAfter().orElseThrow().toSeconds() + " seconds")
                            .hasMessageContaining("7 admits per minute");
                });
    }

    @Test
    void aLimitOfZeroLetsNothingThrough() {
        assertThatThrownBy(() -> limiter.take(registry.product, 0))
                .isInstanceOfSatisfying(
                        BapException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.RATE_LIMITED));
        assertThat(hits()).isEmpty();
    }

    @Test
    void inNoWindowMoreThanTheLimitPassesHoweverManyAskAtOnce() throws Exception {
        keepEveryHit();
        AtomicInteger passed = new AtomicInteger();
        Instant end = Instant.now().plus(MOMENT.multipliedBy(4));

        atOnce(8, () -> {
            while (Instant.now().isBefore(end)) {
                passed.addAndGet(take(20, MOMENT) == 0 ? 1 : 0);
            }
            return null;
        });

        List<Instant> all = registry.jdbi.withHandle(
                handle -> handle.createQuery("SELECT hit_at FROM every_hit WHERE product_id = :p ORDER BY hit_at")
                        .bind("p", registry.product)
                        .mapTo(Instant.class)
                        .list());
        assertThat(all).hasSize(passed.get()).hasSizeGreaterThan(40);
        for (int i = 20; i < all.size(); i++) {
            assertThat(Duration.between(all.get(i - 20), all.get(i))).isGreaterThanOrEqualTo(MOMENT);
        }
    }

    @Test
    void theWaitThatIsToldIsTheTrueOne() {
        take(1, MINUTE);
        hitsAreOlderBy(Duration.ofSeconds(20));
        double wait = take(1, MINUTE);
        hitsAreOlderBy(Duration.ofNanos((long) (wait * 1e9)).minusSeconds(15));

        assertThat(wait).isBetween(20.0, 40.0);
        assertThat(take(1, MINUTE)).as("before its time").isPositive().isLessThanOrEqualTo(15.0);
        hitsAreOlderBy(Duration.ofSeconds(15));
        assertThat(take(1, MINUTE)).as("when its time has come").isZero();
    }

    @Test
    void whatWasRefusedIsNotCounted() {
        take(1, MOMENT);
        for (int i = 0; i < 20; i++) {
            take(1, MOMENT);
        }

        assertThat(hits()).hasSize(1);
    }

    @Test
    void aChangedLimitCountsAtOnce() {
        for (int i = 0; i < 3; i++) {
            assertThat(take(3, MINUTE)).isZero();
        }
        assertThat(take(3, MINUTE)).isPositive();

        assertThat(take(5, MINUTE)).as("raised").isZero();
        assertThat(take(5, MINUTE)).isZero();
        assertThat(take(5, MINUTE)).isPositive();
        assertThat(take(2, MINUTE)).as("lowered").isPositive();
        assertThat(take(6, MINUTE)).as("raised again").isZero();
    }

    @Test
    void afterALoweredLimitTheWaitIsUntilThatLimitHasRoom() {
        for (int i = 0; i < 5; i++) {
            take(5, MINUTE);
            hitsAreOlderBy(Duration.ofSeconds(5));
        }

        // The last of them is about five seconds old: the only one that counts for a limit of one.
        assertThat(take(1, MINUTE)).isBetween(25.0, 55.0);
        hitsAreOlderBy(Duration.ofSeconds(56));
        assertThat(take(1, MINUTE)).isZero();
    }

    @Test
    void hitsThatAreOldGoWhateverTheLimitWasBefore() {
        for (int i = 0; i < 30; i++) {
            take(100, MOMENT);
        }
        Await.atMost(Duration.ofSeconds(5), "the log has shrunk to the window").until(() -> {
            take(100, MOMENT);
            return hits().get(0).isAfter(Instant.now().minus(MOMENT.multipliedBy(2)));
        });
        assertThat(hits()).isNotEmpty();
    }

    @Test
    void productsDoNotShareALimit() {
        TestRegistry other = TestRegistry.on(db);
        take(1, MINUTE);

        assertThat(take(1, MINUTE)).isPositive();
        assertThatCode(() -> new RateLimiter(other.jdbi).take(other.product, 1)).doesNotThrowAnyException();
    }

    private double take(int limit, Duration window) {
        return registry.jdbi.withHandle(handle -> handle.createQuery("SELECT take_admit(:product, :limit, :window)")
                .bind("product", registry.product)
                .bind("limit", limit)
                .bind("window", window)
                .mapTo(Double.class)
                .one());
    }

    /** Lets time pass for what has been let through. */
    private void hitsAreOlderBy(Duration age) {
        registry.jdbi.useHandle(
                handle -> handle.createUpdate("UPDATE rate_limit_hits SET hit_at = hit_at - :age WHERE product_id = :p")
                        .bind("age", age)
                        .bind("p", registry.product)
                        .execute());
    }

    private List<Instant> hits() {
        return registry.jdbi.withHandle(
                handle -> handle.createQuery("SELECT hit_at FROM rate_limit_hits WHERE product_id = :p ORDER BY seq")
                        .bind("p", registry.product)
                        .mapTo(Instant.class)
                        .list());
    }

    /** The limiter forgets old hits; this does not. */
    private void keepEveryHit() {
        registry.jdbi.useHandle(handle -> handle.createScript("""
                CREATE TABLE every_hit (product_id uuid, hit_at timestamptz);
                CREATE RULE keep AS ON INSERT TO rate_limit_hits
                    DO ALSO INSERT INTO every_hit VALUES (NEW.product_id, NEW.hit_at);
                """).execute());
    }

    private static void atOnce(int threads, Callable<?> work) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                all.add(executor.submit(work));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } finally {
            executor.shutdownNow();
        }
    }
}
