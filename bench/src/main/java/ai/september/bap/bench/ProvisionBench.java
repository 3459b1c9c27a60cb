package ai.september.bap.bench;

import ai.september.bap.bench.EngineKit.Start;
import ai.september.bap.bench.Stack.Temporal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Provision over HTTP against what cannot be left out of it, starting a process on a copy of a brain and waiting until it
 * answers; by turns, one at a time and eight at a time, with either Temporal.
 */
final class ProvisionBench {

    private static final int WARM_UP = 6;
    private static final int AT_A_TIME = 8;

    /** So many pairs one at a time stand for one batch of eight. */
    private static final int PAIRS_PER_BATCH = 5;

    private final int pairs;
    private final AtomicInteger users = new AtomicInteger();
    private final ExecutorService clients = Executors.newFixedThreadPool(AT_A_TIME);

    ProvisionBench(int pairs) {
        this.pairs = pairs;
    }

    /** What is compared, in milliseconds. */
    private record Pair(Samples ours, Samples bare) {

        Pair() {
            this(new Samples(), new Samples());
        }

        List<Object> row(String label, int allowance) {
            double over = ours.p50() - bare.p50();
            return List.of(
                    label,
                    ours.size(),
                    ours.p50(),
                    ours.p95(),
                    bare.p50(),
                    bare.p95(),
                    ours.p50() / bare.p50(),
                    over,
                    "≤ " + allowance + (over <= allowance ? ", reached" : ", missed"));
        }
    }

    void run() throws Exception {
        Report report = new Report("provision");
        report.paragraph("Ours: `POST /engines/provision` for a new user, from the client's side. Bare: copy a migrated"
                + " brain, start `bin/engine serve` in a session of its own, ask `GET /health` every 5 ms until it is"
                + " healthy. By turns, after a warm-up; everything in one JVM on the embedded, durable PostgreSQL.");
        for (Temporal temporal : List.of(Temporal.IN_PROCESS, Temporal.DEV_SERVER)) {
            report.heading("With " + temporal.label());
            if (temporal.isThere()) {
                measure(temporal, report);
            } else {
                report.paragraph("Not measured: there is no program `temporal`.");
            }
        }
        clients.shutdown();
        report.publish();
    }

    private void measure(Temporal temporal, Report report) throws Exception {
        try (Scratch scratch = new Scratch();
                Stack stack = Stack.start(scratch.folder().resolve("home"), temporal);
                OperationTimes times = new OperationTimes(stack.databaseUrl())) {
            EngineKit kit = new EngineKit(scratch.folder().resolve("bare"));
            Api api = stack.api();
            String key = api.register("bench", "{}");
            warmUp(kit, api, key);

            Pair single = new Pair();
            for (int pair = 0; pair < pairs; pair++) {
                Progress.say("pair " + (pair + 1) + " of " + pairs);
                List<Callable<Void>> turns =
                        List.of(() -> provision(api, key, single.ours(), times), () -> boot(kit, single.bare()));
                turns.get(pair % 2).call();
                turns.get(1 - pair % 2).call();
            }
            Pair batched = new Pair();
            Pair batches = new Pair();
            for (int batch = 0; batch < Math.max(1, pairs / PAIRS_PER_BATCH); batch++) {
                Progress.say("batch " + (batch + 1) + " of " + pairs / PAIRS_PER_BATCH);
                List<Callable<Void>> turns = List.of(
                        () -> provisionEight(api, key, batched.ours(), batches.ours()),
                        () -> bootEight(kit, batched.bare(), batches.bare()));
                turns.get(batch % 2).call();
                turns.get(1 - batch % 2).call();
            }
            write(report, temporal, List.of(single, batched, batches), times);
        }
    }

    private static void write(Report report, Temporal temporal, List<Pair> pairs, OperationTimes times) {
        int allowance = temporal == Temporal.IN_PROCESS ? 60 : 150;
        report.table(
                List.of(
                        "",
                        "n",
                        "ours p50, ms",
                        "ours p95",
                        "bare p50",
                        "bare p95",
                        "ours / bare",
                        "ours − bare, ms",
                        "goal"),
                List.of(
                        pairs.get(0).row("one at a time", allowance),
                        pairs.get(1).row("eight at a time, each", allowance),
                        pairs.get(2).row("eight at a time, until the last", allowance)));
        report.paragraph("Where the time of one at a time goes; in bold what happens beside the engine:");
        report.table(List.of("", "p50, ms", "p95, ms"), times.rows());
    }

    private void warmUp(EngineKit kit, Api api, String key) throws Exception {
        Pair unused = new Pair();
        for (int round = 0; round < WARM_UP; round++) {
            provisionEight(api, key, unused.ours(), unused.ours());
        }
        bootEight(kit, unused.bare(), unused.bare());
    }

    private String newUser() {
        return "user-" + users.incrementAndGet();
    }

    private Void provision(Api api, String key, Samples samples, OperationTimes times) throws Exception {
        String user = newUser();
        Instant sent = Instant.now();
        long start = System.nanoTime();
        String engineId = api.provision(key, user);
        samples.add(Duration.ofNanos(System.nanoTime() - start));
        times.add(engineId, sent, Instant.now());
        api.destroy(key, user);
        return null;
    }

    private static Void boot(EngineKit kit, Samples samples) throws Exception {
        long start = System.nanoTime();
        try (BareEngine engine = kit.serve(Start.PACKAGED)) {
            samples.add(Duration.ofNanos(System.nanoTime() - start));
        }
        return null;
    }

    private Void provisionEight(Api api, String key, Samples each, Samples all) throws Exception {
        for (String user : atOnce(each, all, () -> {
            String user = newUser();
            api.provision(key, user);
            return user;
        })) {
            api.destroy(key, user);
        }
        return null;
    }

    private Void bootEight(EngineKit kit, Samples each, Samples all) throws Exception {
        for (BareEngine engine : atOnce(each, all, () -> kit.serve(Start.PACKAGED))) {
            engine.close();
        }
        return null;
    }

    /** Does the work eight times at once, timed each and until the last. */
    private <T> List<T> atOnce(Samples each, Samples all, Callable<T> work) throws Exception {
        long start = System.nanoTime();
        List<Future<T>> futures = new ArrayList<>();
        for (int client = 0; client < AT_A_TIME; client++) {
            futures.add(clients.submit(() -> {
                long began = System.nanoTime();
                T result = work.call();
                each.add(Duration.ofNanos(System.nanoTime() - began));
                return result;
            }));
        }
        List<T> results = new ArrayList<>();
        for (Future<T> future : futures) {
            results.add(future.get());
        }
        all.add(Duration.ofNanos(System.nanoTime() - start));
        return results;
    }
}
