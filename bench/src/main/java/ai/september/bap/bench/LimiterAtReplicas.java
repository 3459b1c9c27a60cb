package ai.september.bap.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/** What passes in any 60 seconds where a product sends more than its limit through several replicas, for real minutes. */
final class LimiterAtReplicas {

    private static final int[] REPLICAS = {2, 4};
    private static final int[] LIMITS = {60, 6_000};
    private static final double PRESSURE = 1.5;
    private static final long SECOND = 1_000_000_000;
    private static final long WINDOW = 60 * SECOND;
    private static final long LENGTH = 150 * SECOND;
    private static final int HERD = 1_000;

    private final Stack stack;
    private final List<Api> replicas = new ArrayList<>();

    LimiterAtReplicas(Stack stack) {
        this.stack = stack;
        replicas.add(stack.api());
    }

    /** An admit that passed between the two. */
    private record Pass(long sent, long told) {}

    /** What came of one product's admits. */
    private static final class Outcome {

        private final List<Pass> passes = Collections.synchronizedList(new ArrayList<>());
        private final AtomicInteger refused = new AtomicInteger();
        private final AtomicInteger other = new AtomicInteger();

        void add(long sent, HttpResponse<String> response) {
            if (response.statusCode() == 200) {
                passes.add(new Pass(sent, System.nanoTime()));
            } else if (response.statusCode() == 429
                    && response.headers().firstValue("Retry-After").isPresent()) {
                refused.incrementAndGet();
            } else {
                other.incrementAndGet();
            }
        }

        /** Told within 60 seconds after the first of them was sent: these have surely passed in one window. */
        int most() {
            long[] sent = passes.stream().mapToLong(Pass::sent).sorted().toArray();
            long[] told = passes.stream().mapToLong(Pass::told).sorted().toArray();
            int most = 0;
            int end = 0;
            for (int first = 0; first < sent.length; first++) {
                while (end < told.length && told[end] < sent[first] + WINDOW) {
                    end++;
                }
                most = Math.max(most, end - first);
            }
            return most;
        }

        /** Of the windows that begin with a pass and end before the sending does. */
        int least(long end) {
            long[] told = passes.stream().mapToLong(Pass::told).sorted().toArray();
            int least = Integer.MAX_VALUE;
            int last = 0;
            for (int first = 0; first < told.length && told[first] + WINDOW < end; first++) {
                while (last < told.length && told[last] < told[first] + WINDOW) {
                    last++;
                }
                least = Math.min(least, last - first);
            }
            return least;
        }
    }

    void report(Report report) throws Exception {
        report.heading("What passes at several replicas");
        report.paragraph("A product sends " + PRESSURE + " times its limit, evenly, through all replicas by turns, for "
                + LENGTH / SECOND + " s over HTTP. Most: the most that surely passed in one window of 60 s, told"
                + " before it ended and sent after it began. Least: the fewest told in any window that began with"
                + " one. Goal: at most 1.02 and at least 0.98 of the limit.");
        List<List<Object>> rows = new ArrayList<>();
        List<List<Object>> herds = new ArrayList<>();
        for (int number : REPLICAS) {
            while (replicas.size() < number) {
                replicas.add(stack.addReplica());
            }
            rows.addAll(pressure(number));
            herds.add(herd(number));
        }
        report.table(
                List.of("replicas", "limit", "passed", "refused", "other answers", "most in 60 s", "least", "goal"),
                rows);
        report.paragraph(
                HERD + " admits at once of a product with a limit of 60, through all replicas by turns. Threads and"
                        + " connections: the most at any moment, of this whole JVM, which is worker, replicas and client.");
        report.table(
                List.of(
                        "replicas",
                        "passed",
                        "refused",
                        "other answers",
                        "all answered after, ms",
                        "threads before",
                        "at most",
                        "connections before",
                        "at most",
                        "heap before, MB",
                        "at most"),
                herds);
    }

    private List<List<Object>> pressure(int number) throws Exception {
        List<Outcome> outcomes = new ArrayList<>();
        List<Thread> senders = new ArrayList<>();
        long end = System.nanoTime() + LENGTH;
        for (int limit : LIMITS) {
            String key = register("pressure-" + number + "-" + limit, limit);
            Outcome outcome = new Outcome();
            outcomes.add(outcome);
            Thread sender = new Thread(() -> send(number, key, (long) (WINDOW / (limit * PRESSURE)), end, outcome));
            sender.start();
            senders.add(sender);
        }
        for (Thread sender : senders) {
            sender.join();
        }
        List<List<Object>> rows = new ArrayList<>();
        for (int which = 0; which < LIMITS.length; which++) {
            rows.add(row(number, LIMITS[which], outcomes.get(which), end));
        }
        return rows;
    }

    private static List<Object> row(int number, int limit, Outcome outcome, long end) {
        int most = outcome.most();
        int least = outcome.least(end);
        Progress.say(number + " replicas, limit " + limit + ": " + least + " to " + most);
        boolean reached = most <= limit * 1.02 && least >= (int) (limit * 0.98);
        return List.of(
                number,
                limit,
                outcome.passes.size(),
                outcome.refused.get(),
                outcome.other.get(),
                most,
                least,
                reached ? "reached" : "missed");
    }

    private void send(int number, String key, long interval, long end, Outcome outcome) {
        List<CompletableFuture<?>> all = new ArrayList<>();
        int turn = 0;
        for (long next = System.nanoTime(); next < end; next += interval) {
            LockSupport.parkNanos(next - System.nanoTime());
            all.add(admit(replicas.get(turn++ % number), key, outcome));
        }
        all.forEach(CompletableFuture::join);
    }

    private CompletableFuture<?> admit(Api replica, String key, Outcome outcome) {
        long sent = System.nanoTime();
        return replica.admit(key, "u", "").thenAccept(response -> outcome.add(sent, response));
    }

    private String register(String slug, int limit) throws IOException, InterruptedException {
        return stack.api().register(slug, "{\"rate_limit_rpm\":" + limit + "}");
    }

    private List<Object> herd(int number) throws Exception {
        String key = register("herd-" + number, 60);
        Outcome outcome = new Outcome();
        System.gc();
        try (DatabaseConnections connections = new DatabaseConnections(stack.databaseUrl());
                Peaks peaks = Peaks.of(
                        List.of(LimiterAtReplicas::threads, connections::all, LimiterAtReplicas::heapMegabytes))) {
            long start = System.nanoTime();
            List<CompletableFuture<?>> all = IntStream.range(0, HERD)
                    .<CompletableFuture<?>>mapToObj(n -> admit(replicas.get(n % number), key, outcome))
                    .toList();
            all.forEach(CompletableFuture::join);
            double took = (System.nanoTime() - start) / 1e6;
            List<Object> row = new ArrayList<>(
                    List.of(number, outcome.passes.size(), outcome.refused.get(), outcome.other.get(), took));
            row.addAll(peaks.cells());
            return row;
        }
    }

    private static long threads() {
        return ManagementFactory.getThreadMXBean().getThreadCount();
    }

    private static long heapMegabytes() {
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 20;
    }
}
