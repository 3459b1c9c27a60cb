package ai.september.bap.registry.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.registry.TestRegistry;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.operation.Crowd;
import ai.september.bap.testing.Await;
import ai.september.bap.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Replicas of the limiter, on one log; where time has to pass, the window is a short one. */
class RateLimiterTest {

    private static final int CONNECTIONS = 4;
    private static final int THREADS = 8;

    @RegisterExtension
    static final TestDatabase db = TestRegistry.database();

    private final ThreadPoolExecutor executor =
            new ThreadPoolExecutor(THREADS, THREADS, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
    private TestRegistry registry;
    private RateLimiter limiter;

    @BeforeEach
    void open() {
        registry = TestRegistry.on(db);
        limiter = replica(Window.MINUTE);
    }

    @AfterEach
    void close() {
        executor.shutdownNow();
    }

    private RateLimiter replica(Window window) {
        return new RateLimiter(new AdmitLog(registry.jdbi, window), CONNECTIONS, executor);
    }

    private boolean passes(int limit) {
        return passes(limiter, limit);
    }

    private boolean passes(RateLimiter replica, int limit) {
        CompletableFuture<Boolean> taken = replica.take(registry.product, limit);
        return taken.handle((passed, refused) -> refused == null).join();
    }

    /** How many of so many, one after another. */
    private long passing(RateLimiter replica, int limit, int admits) {
        return IntStream.range(0, admits).filter(n -> passes(replica, limit)).count();
    }

    private BapException refusal(int limit) {
        return Refusal.of(limiter.take(registry.product, limit));
    }

    /** An admit of another thread, out of a limit of 60. */
    private CompletableFuture<Boolean> elsewhere(RateLimiter replica) {
        return CompletableFuture.completedFuture(60)
                .thenComposeAsync(limit -> replica.take(registry.product, limit), executor);
    }

    @Test
    void theLimitIsReachedExactly() {
        assertThat(passing(limiter, 7, 7)).isEqualTo(7);

        BapException refused = refusal(7);
        assertThat(refused.code()).isEqualTo(ErrorCode.RATE_LIMITED);
        Duration wait = refused.retryAfter().orElseThrow();
        assertThat(wait.toSeconds()).isBetween(55L, 60L);
        assertThat(refused)
                .hasMessage("Rate limit of 7 admits per minute reached. Retry in " + wait.toSeconds() + " seconds.");
    }

    @Test
    void aLimitOfZeroLetsNothingThroughAndAsksNobody() {
        assertThat(refusal(0).retryAfter()).contains(Duration.ofSeconds(60));
        assertThat(rows()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"2,100", "4,8000"})
    void inNoWindowMoreThanTheLimitPassesHoweverManyAskWhicheverReplica(int number, int limit) throws Exception {
        Window window = new Window(Duration.ofSeconds(3));
        List<RateLimiter> replicas =
                IntStream.range(0, number).mapToObj(n -> replica(window)).toList();
        Queue<Pass> all = new ConcurrentLinkedQueue<>();
        long end =
                System.nanoTime() + window.length().multipliedBy(9).dividedBy(5).toNanos();

        Crowd.of(2 * number, self -> {
            while (System.nanoTime() < end) {
                long asked = System.nanoTime();
                if (passes(replicas.get(self % number), limit)) {
                    all.add(new Pass(asked, System.nanoTime()));
                }
            }
        });

        List<Long> ends = all.stream().map(Pass::told).sorted().toList();
        List<Pass> passed = all.stream()
                .sorted((a, b) -> Long.compare(a.asked(), b.asked()))
                .toList();
        assertThat(passed).as("there was pressure").hasSizeGreaterThan(limit * 3 / 2);
        for (int i = limit; i < passed.size(); i++) {
            // More than the limit surely passed within a window only if the last was told before a window after the
            // first was asked.
            long within = ends.get(i) - passed.get(i - limit).asked();
            assertThat(within)
                    .as("%d passes", limit + 1)
                    .isGreaterThanOrEqualTo(window.length().toNanos());
        }
    }

    /** Between the two it passed. */
    private record Pass(long asked, long told) {}

    @Test
    void aThousandAtOnceAreAnsweredByAFewCallsAndHoldNeitherThreadsNorConnections() {
        List<CompletableFuture<Boolean>> herd;
        try (Handle handle = lockedLog()) {
            herd = IntStream.range(0, 1_000).mapToObj(n -> elsewhere(limiter)).toList();
            Await.atMost(Duration.ofSeconds(10), "all stand in line, and one asks")
                    .until(() ->
                            executor.getQueue().isEmpty() && executor.getActiveCount() == 1 && waitingForLocks() > 0);
            assertThat(waitingForLocks()).as("connections").isEqualTo(1);
            handle.rollback();
        }

        long passed = herd.stream()
                .filter(taken -> taken.handle((yes, refused) -> refused == null).join())
                .count();
        assertThat(passed).isEqualTo(60);
        assertThat(rows()).as("never more than one at a time").hasSize(60).containsOnly(1);
    }

    private Handle lockedLog() {
        assertThat(passes(1_000_000)).isTrue();
        registry.jdbi.useHandle(handle -> handle.execute("DELETE FROM rate_limit_hits"));
        Handle handle = registry.jdbi.open();
        handle.begin();
        handle.execute("SELECT 1 FROM rate_limits WHERE product_id = ? FOR UPDATE", registry.product.value());
        return handle;
    }

    private long waitingForLocks() {
        return registry.count("SELECT count(*) FROM pg_stat_activity"
                + " WHERE datname = current_database() AND wait_event_type = 'Lock'");
    }

    @ParameterizedTest
    @CsvSource({"60,1", "799,1", "800,2", "40000,100"})
    void aLeaseIsAtMostASmallPartOfTheLimit(int limit, int largest) {
        for (int passed = 1; passed <= 59; passed++) {
            assertThat(passes(limit)).isTrue();
            assertThat(counted() - passed).isBetween(0, largest - 1);
        }
    }

    /** Lets admits pass until some are leased beyond them; how many. */
    private int passUntilThereIsALease(int limit) {
        int passed = 0;
        do {
            assertThat(passes(limit)).isTrue();
            passed++;
        } while (passed < 100 || counted() == passed);
        return passed;
    }

    @Test
    void whatAReplicaHasLeasedIsLostWithIt() {
        passUntilThereIsALease(40_000);
        int counted = counted();

        assertThat(passing(replica(Window.MINUTE), 40_000, 40_000)).isEqualTo(40_000 - counted);
    }

    @Test
    void whatIsNotUsedOfALeaseIsGivenBack() {
        int passed = passUntilThereIsALease(40_000);

        assertThat(passes(30_000)).as("another limit ends the lease").isTrue();

        assertThat(counted()).isEqualTo(passed + 1);
    }

    @Test
    void theWaitThatIsToldIsTheTrueOne() {
        assertThat(passes(1)).isTrue();
        rowsAreOlderBy(Duration.ofSeconds(20));
        Duration wait = refusal(1).retryAfter().orElseThrow();
        assertThat(wait.toSeconds()).isBetween(35L, 40L);

        rowsAreOlderBy(wait.minusSeconds(10));
        assertThat(passes(replica(Window.MINUTE), 1)).as("before its time").isFalse();
        rowsAreOlderBy(Duration.ofSeconds(10));
        assertThat(passes(replica(Window.MINUTE), 1))
                .as("when its time has come")
                .isTrue();
    }

    @Test
    void aRefusalIsBelievedForAMomentAndNotForAsLongAsItSays() {
        assertThat(passes(1)).isTrue();
        assertThat(passes(1)).isFalse();
        rowsAreOlderBy(Duration.ofSeconds(61));

        Await.atMost(Duration.ofSeconds(5), "the log is asked again").until(() -> passes(1));
    }

    @Test
    void whatWasRefusedIsNotCounted() {
        passing(limiter, 1, 20);

        assertThat(rows()).containsExactly(1);
    }

    @ParameterizedTest
    @CsvSource({"10", "1000"})
    void aChangedLimitCountsAtOnceOnEveryReplica(int unit) {
        RateLimiter other = replica(Window.MINUTE);
        assertThat(passing(limiter, 3 * unit, 2 * unit)).isEqualTo(2L * unit);
        assertThat(passing(other, 3 * unit, 2 * unit)).isBetween(unit * 98L / 100, (long) unit);

        long raised = passing(other, 5 * unit, unit) + passing(limiter, 5 * unit, 2 * unit);
        assertThat(raised).as("raised").isBetween(196L * unit / 100, 2L * unit + unit / 50);
        assertThat(passes(limiter, 2 * unit)).as("lowered").isFalse();
        assertThat(passes(other, 2 * unit)).as("lowered").isFalse();
        assertThat(passes(limiter, 6 * unit)).as("raised again").isTrue();
        assertThat(passes(other, 6 * unit)).as("raised again").isTrue();
    }

    @Test
    void aLoweredLimitCountsThoughThereIsALease() {
        int passed = passUntilThereIsALease(40_000);

        assertThat(passes(passed)).isFalse();
        assertThat(passes(passed + 1)).as("the lease was given back").isTrue();
    }

    @Test
    void afterALoweredLimitTheWaitIsUntilThatLimitHasRoom() {
        for (int i = 0; i < 5; i++) {
            assertThat(passes(5)).isTrue();
            rowsAreOlderBy(Duration.ofSeconds(5));
        }

        // The last of them is about five seconds old: the only one that counts for a limit of one.
        assertThat(refusal(1).retryAfter().orElseThrow().toSeconds()).isBetween(45L, 55L);
        rowsAreOlderBy(Duration.ofSeconds(56));
        assertThat(passes(replica(Window.MINUTE), 1)).isTrue();
    }

    @Test
    void rowsThatAreOldGoAtOnce() {
        passing(limiter, 100, 30);
        rowsAreOlderBy(Duration.ofSeconds(61));

        assertThat(passes(100)).isTrue();

        assertThat(rows()).hasSize(1);
    }

    @Test
    void productsDoNotShareALimit() {
        assertThat(passes(1)).isTrue();
        assertThat(passes(1)).isFalse();

        assertThat(limiter.take(TestRegistry.on(db).product, 1)).isCompleted();
    }

    @Test
    void aProductThatIsGoneIsLeftToWhatFollows() {
        assertThat(limiter.take(new ProductId(UUID.randomUUID()), 1)).isCompleted();
    }

    @Test
    void ofVeryManyProductsTheOneThatAskedLongestAgoIsForgotten() {
        passUntilThereIsALease(40_000);
        int counted = counted();

        for (int n = 0; n < 10_000; n++) {
            assertThat(limiter.take(new ProductId(UUID.randomUUID()), 0)).isCompletedExceptionally();
        }

        assertThat(passes(40_000)).isTrue();
        assertThat(counted()).as("what it had leased is lost").isEqualTo(counted + 1);
    }

    /** During an upgrade. */
    @ParameterizedTest
    @CsvSource({"40", "4000"})
    void programsOfTheReleaseBeforeShareTheLimit(int limit) {
        int passed = 0;
        for (int i = 0; i < limit; i++) {
            passed += passes(limit) ? 1 : 0;
            passed += takeAsBefore(limit) == 0 ? 1 : 0;
        }

        assertThat(passed).isBetween(limit - Window.largestLease(limit), limit);
        assertThat(takeAsBefore(limit)).isBetween(30.0, 60.5);
        assertThat(takeAsBefore(0)).isEqualTo(60.0);
        assertThat(passes(limit)).isFalse();
        assertThat(rows()).as("with leases at most one in half a lease").hasSizeLessThanOrEqualTo(Math.min(limit, 480));
    }

    private double takeAsBefore(int limit) {
        return registry.jdbi.withHandle(handle -> handle.createQuery("SELECT take_admit(:product, :limit, :window)")
                .bind("product", registry.product)
                .bind("limit", limit)
                .bind("window", Duration.ofSeconds(60))
                .mapTo(Double.class)
                .one());
    }

    @Test
    void whoStandsInLineIsToldWhenTheDatabaseFails() {
        List<CompletableFuture<Boolean>> inLine = new ArrayList<>();
        try (Handle handle = lockedLog()) {
            inLine.add(elsewhere(limiter));
            Await.atMost(Duration.ofSeconds(10), "one asks").until(() -> waitingForLocks() == 1);
            for (int i = 0; i < 5; i++) {
                inLine.add(limiter.take(registry.product, 60));
            }
            handle.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    + " WHERE datname = current_database() AND wait_event_type = 'Lock'");
            Await.atMost(Duration.ofSeconds(10), "all are told")
                    .until(() -> inLine.stream().allMatch(CompletableFuture::isCompletedExceptionally));
            handle.rollback();
        }

        assertThat(passes(60)).as("the next asks anew").isTrue();
    }

    @Test
    void whoStandsInLineIsToldWhenTheReplicaStops() {
        RateLimiter stopping = new RateLimiter(new AdmitLog(registry.jdbi), CONNECTIONS, task -> {
            throw new RejectedExecutionException();
        });
        List<CompletableFuture<Boolean>> inLine = new ArrayList<>();
        try (Handle handle = lockedLog()) {
            inLine.add(elsewhere(stopping));
            Await.atMost(Duration.ofSeconds(10), "one asks").until(() -> waitingForLocks() == 1);
            inLine.add(stopping.take(registry.product, 60));
            handle.rollback();
        }

        assertThat(inLine.get(0)).succeedsWithin(Duration.ofSeconds(10));
        assertThat(inLine.get(1))
                .failsWithin(Duration.ofSeconds(10))
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(BapException.class)
                .withMessageContaining("stopping");
    }

    /** Lets time pass for what has been let through. */
    private void rowsAreOlderBy(Duration age) {
        registry.jdbi.useHandle(
                handle -> handle.createUpdate("UPDATE rate_limit_hits SET hit_at = hit_at - :age WHERE product_id = :p")
                        .bind("age", age)
                        .bind("p", registry.product)
                        .execute());
    }

    /** How many admits each row of the log stands for, oldest first. */
    private List<Integer> rows() {
        return registry.jdbi.withHandle(
                handle -> handle.createQuery("SELECT hits FROM rate_limit_hits WHERE product_id = :p ORDER BY seq")
                        .bind("p", registry.product)
                        .mapTo(Integer.class)
                        .list());
    }

    /** How many admits the log counts. */
    private int counted() {
        return rows().stream().mapToInt(Integer::intValue).sum();
    }
}
