package ai.september.bap.registry.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.registry.TestRegistry;
import ai.september.bap.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What has to hold whatever comes, in simulated minutes. */
class RateLimitPropertyTest {

    private static final long SEED = Long.getLong("bap.limit.seed", System.nanoTime());
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final long WINDOW = 60 * SECOND;
    private static final long END = 200 * SECOND;
    private static final Duration MOMENT = Duration.ofMillis(50);

    /** Longer than a lease lives. */
    private static final Duration STALL = Duration.ofSeconds(2);

    @RegisterExtension
    static final TestDatabase db = TestRegistry.database();

    private final Random random = new Random(SEED);

    /** An admit that passed, and the limit of that time. */
    private record Pass(long at, int limit) {}

    private SimulatedReplicas replicas(int number, Duration slowest) throws Exception {
        return new SimulatedReplicas(db.dataSource(), TestRegistry.on(db).product, number, random, slowest);
    }

    @ParameterizedTest
    @CsvSource({"1,60", "2,60", "4,60", "4,450", "1,6000", "2,6000", "4,6000", "4,10000"})
    void inNoSixtySecondsMorePassThanTheLimitWhateverCrashesAndChanges(int number, int limit) throws Exception {
        List<Pass> passes = new ArrayList<>();
        int refused = 0;
        try (SimulatedReplicas replicas = replicas(number, STALL)) {
            int current = limit;
            long change = later(replicas, 30);
            long crash = later(replicas, 5);
            long burst = 0;
            // Until some were refused, too: with few changes of the limit that takes longer.
            while (replicas.now() < END || (refused == 0 && replicas.now() < 20 * END)) {
                if (replicas.now() > change) {
                    current = random.nextInt(4) * limit / 2;
                    change = later(replicas, 30);
                }
                if (replicas.now() > crash) {
                    replicas.crash(random.nextInt(number));
                    crash = later(replicas, 5);
                }
                if (replicas.now() > burst) {
                    replicas.sleepUntil(later(replicas, 2));
                    burst = later(replicas, 5);
                }
                OptionalLong at = replicas.admit(random.nextInt(number), current);
                if (at.isPresent()) {
                    passes.add(new Pass(at.getAsLong(), current));
                } else if (current > 0) {
                    refused++;
                }
                replicas.sleepUntil(replicas.now() + (long) (random.nextDouble() * WINDOW / limit / 2));
            }
        }
        assertThat(refused).as("refused, though some may pass, %s", seed()).isPositive();
        int first = 0;
        for (int last = 0; last < passes.size(); last++) {
            Pass pass = passes.get(last);
            while (passes.get(first).at() <= pass.at() - WINDOW) {
                first++;
            }
            assertThat(last - first + 1)
                    .as("in the 60 seconds up to %d, %s", pass.at(), seed())
                    .isLessThanOrEqualTo(pass.limit());
        }
    }

    /** At random between half a second, twice the life of a lease, and so many seconds. */
    private long later(SimulatedReplicas replicas, int seconds) {
        return replicas.now() + SECOND / 2 + (long) (random.nextDouble() * seconds * SECOND);
    }

    @ParameterizedTest
    @CsvSource({"1,60", "2,60", "4,60", "4,450", "1,6000", "2,6000", "4,6000", "4,20000"})
    void underPressureInAnySixtySecondsTheLimitPasses(int number, int limit) throws Exception {
        List<Long> passes = new ArrayList<>();
        try (SimulatedReplicas replicas = replicas(number, MOMENT)) {
            for (long time = 0; time < END; time += WINDOW * 2 / 3 / limit) {
                replicas.sleepUntil(time);
                replicas.admit(random.nextInt(number), limit).ifPresent(passes::add);
            }
        }
        int end = 0;
        for (int first = 0; passes.get(first) + WINDOW < END; first++) {
            while (end < passes.size() && passes.get(end) < passes.get(first) + WINDOW) {
                end++;
            }
            assertThat(end - first)
                    .as("in the 60 seconds from %d, %s", passes.get(first), seed())
                    .isLessThanOrEqualTo(limit)
                    // One more may be on its way.
                    .isGreaterThanOrEqualTo((int) (0.98 * limit) - 1);
        }
    }

    @ParameterizedTest
    @CsvSource({"1,60", "4,60", "4,450", "1,6000", "4,6000", "4,20000"})
    void whoSendsAtTheLimitIsHardlyEverRefused(int number, int limit) throws Exception {
        int sent = 0;
        int passed = 0;
        try (SimulatedReplicas replicas = replicas(number, MOMENT)) {
            for (long time = 0; time < END; time += WINDOW / limit) {
                replicas.sleepUntil(time);
                OptionalLong pass = replicas.admit(random.nextInt(number), limit);
                sent++;
                passed += pass.isPresent() ? 1 : 0;
            }
        }
        assertThat(passed).as("of %d, %s", sent, seed()).isGreaterThanOrEqualTo((int) (0.98 * sent));
    }

    @ParameterizedTest
    @CsvSource({"1,6000,12", "4,6000,36", "4,20000,36"})
    void aLargeLimitAsksTheLogAFewTimesASecond(int number, int limit, int mostCalls) throws Exception {
        try (SimulatedReplicas replicas = replicas(number, MOMENT)) {
            for (long time = 0; time < WINDOW; time += WINDOW * 100 / limit / 90) {
                replicas.sleepUntil(time);
                replicas.admit(random.nextInt(number), limit);
            }
            assertThat(replicas.calls() / 60).as("calls a second, %s", seed()).isLessThanOrEqualTo(mostCalls);
        }
    }

    @Test
    void aLeaseIsNotUsedAfterItsEnd() throws Exception {
        try (SimulatedReplicas replicas = replicas(1, Duration.ZERO)) {
            for (int n = 0; n < 100; n++) {
                assertThat(replicas.admit(0, 40_000)).isPresent();
            }
            int calls = replicas.calls();
            replicas.sleepUntil(SECOND / 4 - 1_000);
            assertThat(replicas.admit(0, 40_000)).hasValue(replicas.now());
            assertThat(replicas.calls()).as("leased").isEqualTo(calls);

            replicas.sleepUntil(SECOND / 4);
            assertThat(replicas.admit(0, 40_000)).hasValue(replicas.now());
            assertThat(replicas.calls()).as("asked").isEqualTo(calls + 1);
        }
    }

    private static String seed() {
        return "-Dbap.limit.seed=" + SEED;
    }
}
