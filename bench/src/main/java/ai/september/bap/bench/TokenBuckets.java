package ai.september.bap.bench;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** What token buckets let pass in 60 seconds, in simulated time: why they are no sliding window. */
final class TokenBuckets {

    private static final int LIMIT = 6_000;
    private static final Duration WINDOW = Duration.ofSeconds(60);
    private static final long ASK_EVERY_NS = Duration.ofMillis(2).toNanos();
    private static final long IDLE_NS = Duration.ofSeconds(50).toNanos();
    private static final long END_NS = IDLE_NS + Duration.ofMinutes(5).toNanos();

    private TokenBuckets() {}

    /** Time as it is told. */
    private static final class Clock implements TimeMeter {

        private long now;

        @Override
        public long currentTimeNanos() {
            return now;
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    }

    static void report(Report report) {
        report.heading("What a token bucket lets pass");
        report.paragraph("A product with a limit of " + LIMIT
                + " has not asked for 50 seconds and then asks every 2 ms for five minutes, in simulated time: a full"
                + " bucket and its refill come together, and about twice the limit passes. A bucket that keeps to the"
                + " limit gives half of it in the long run.");
        List<List<Object>> rows = new ArrayList<>();
        rows.add(row(
                "bucket4j, refilled greedily",
                Bandwidth.builder().capacity(LIMIT).refillGreedy(LIMIT, WINDOW).build()));
        rows.add(row(
                "bucket4j, refilled once a minute",
                Bandwidth.builder()
                        .capacity(LIMIT)
                        .refillIntervally(LIMIT, WINDOW)
                        .build()));
        rows.add(row(
                "bucket4j, half the bucket and half the refill",
                Bandwidth.builder()
                        .capacity(LIMIT / 2)
                        .refillGreedy(LIMIT / 2, WINDOW)
                        .build()));
        report.table(List.of("", "most in 60 s", "of the limit", "a minute, in the long run"), rows);
    }

    private static List<Object> row(String label, Bandwidth bandwidth) {
        Clock clock = new Clock();
        Bucket bucket = Bucket.builder()
                .addLimit(bandwidth)
                .withCustomTimePrecision(clock)
                .build();
        Deque<Long> window = new ArrayDeque<>();
        int most = 0;
        int all = 0;
        for (clock.now = IDLE_NS; clock.now < END_NS; clock.now += ASK_EVERY_NS) {
            if (bucket.tryConsume(1)) {
                window.add(clock.now);
                all++;
            }
            while (!window.isEmpty() && window.getFirst() <= clock.now - WINDOW.toNanos()) {
                window.removeFirst();
            }
            most = Math.max(most, window.size());
        }
        double minutes = (END_NS - IDLE_NS) / (double) WINDOW.toNanos();
        return List.of(label, most, (double) most / LIMIT, Math.round(all / minutes));
    }
}
