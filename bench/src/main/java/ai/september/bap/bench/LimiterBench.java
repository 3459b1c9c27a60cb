package ai.september.bap.bench;

import ai.september.bap.bench.LimiterContenders.Contender;
import ai.september.bap.bench.LimiterContenders.Limited;
import ai.september.bap.bench.Stack.Temporal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** The rate limiter against what could stand in its place, and what passes it at several replicas. */
final class LimiterBench {

    private static final int[] LIMITS = {60, 6_000, 600_000};

    /** Four replicas and what they are compared with share the 100 connections that PostgreSQL has. */
    private static final Map<String, String> POOLS = Map.of("ORCH_API_DB_POOL", "16", "ORCH_WORKER_DB_POOL", "8");

    private static final int[] THREADS = {1, 8, 64};
    private static final long SLICE_NS = 500_000_000;
    private static final int WARM_UP_SLICES = 4;

    private final int rounds;

    LimiterBench(int rounds) {
        this.rounds = rounds;
    }

    /** What a contender does with some threads. */
    private record Figures(Samples rate, Samples share, Samples p50, Samples p99, Samples passed) {

        Figures() {
            this(new Samples(), new Samples(), new Samples(), new Samples(), new Samples());
        }
    }

    void run() throws Exception {
        Report report = new Report("limiter");
        try (Scratch scratch = new Scratch();
                Stack stack = Stack.start(scratch.folder(), Temporal.IN_PROCESS, POOLS)) {
            TokenBuckets.report(report);
            try (LimiterContenders contenders = new LimiterContenders(stack.databaseUrl())) {
                compare(report, contenders.all());
            }
            new LimiterAtReplicas(stack).report(report);
        }
        report.publish();
    }

    private void compare(Report report, List<Contender> contenders) throws Exception {
        report.heading("What a decision costs");
        report.paragraph(
                "Decisions a second of one product, by threads that ask without a pause, against as many that read"
                        + " one row by its key; in one JVM, beside the PostgreSQL it asks. " + rounds + " rounds of "
                        + SLICE_NS / 1_000_000
                        + " ms in changing order, each with a limit that nothing was taken of; medians over the rounds. Until the"
                        + " limit is reached admits pass, from then on they are refused: how many passed says which of the two"
                        + " a figure is of.");
        warmUp(contenders);
        for (int limit : LIMITS) {
            for (int threads : THREADS) {
                Map<Contender, Figures> figures = measure(contenders, limit, threads);
                report.heading("Limit " + limit + ", " + threads + (threads == 1 ? " thread" : " threads"));
                report.table(
                        List.of("", "decisions/s", "of the bare read", "p50, ms", "p99, ms", "passed"), rows(figures));
            }
        }
    }

    private static void warmUp(List<Contender> contenders) throws Exception {
        for (int slice = 0; slice < WARM_UP_SLICES; slice++) {
            for (Contender contender : contenders) {
                slice(contender, LIMITS[slice % LIMITS.length], 8, new Figures());
            }
            Progress.say("warm-up " + (slice + 1));
        }
    }

    private Map<Contender, Figures> measure(List<Contender> contenders, int limit, int threads) throws Exception {
        Map<Contender, Figures> all = new LinkedHashMap<>();
        contenders.forEach(contender -> all.put(contender, new Figures()));
        for (int round = 0; round < rounds; round++) {
            double[] rates = new double[contenders.size()];
            for (int turn = 0; turn < contenders.size(); turn++) {
                int which = (turn + round) % contenders.size();
                Contender contender = contenders.get(which);
                rates[which] = slice(contender, limit, threads, all.getOrDefault(contender, new Figures()));
            }
            for (int which = 0; which < rates.length; which++) {
                all.getOrDefault(contenders.get(which), new Figures()).share().add(rates[which] / rates[0]);
            }
            Progress.say("limit " + limit + ", " + threads + " threads, round " + (round + 1) + ": "
                    + Arrays.toString(rates));
        }
        return all;
    }

    /** Decisions a second. */
    private static double slice(Contender contender, int limit, int threads, Figures figures) throws Exception {
        Limited limited = contender.limited().by(limit);
        AtomicInteger passed = new AtomicInteger();
        Samples took = new Samples();
        Samples each = new Samples();
        long end = System.nanoTime() + SLICE_NS;
        List<long[]> latencies;
        try (Crowd crowd = new Crowd(threads)) {
            latencies = crowd.atOnce(each, took, () -> ask(limited, end, passed));
        }
        long[] sorted =
                latencies.stream().flatMapToLong(Arrays::stream).sorted().toArray();
        double rate = sorted.length / (took.largest() / 1_000);
        figures.rate().add(rate);
        figures.p50().add(sorted[sorted.length / 2] / 1e6);
        figures.p99().add(sorted[(int) (sorted.length * 0.99)] / 1e6);
        figures.passed().add(passed.get());
        return rate;
    }

    private static long[] ask(Limited limited, long end, AtomicInteger passed) throws Exception {
        long[] latencies = new long[1 << 12];
        int count = 0;
        for (long now = System.nanoTime(); now < end; ) {
            if (limited.passes()) {
                passed.incrementAndGet();
            }
            long after = System.nanoTime();
            if (count == latencies.length) {
                latencies = Arrays.copyOf(latencies, 2 * count);
            }
            latencies[count++] = after - now;
            now = after;
        }
        return Arrays.copyOf(latencies, count);
    }

    private static List<List<Object>> rows(Map<Contender, Figures> all) {
        List<List<Object>> rows = new ArrayList<>();
        all.forEach((contender, figures) -> rows.add(List.of(
                contender.label(),
                Math.round(figures.rate().p50()),
                figures.share().p50(),
                figures.p50().p50(),
                figures.p99().p50(),
                Math.round(figures.passed().p50()))));
        return rows;
    }
}
