package ai.september.bap.bench;

import ai.september.bap.bench.EngineKit.Start;
import ai.september.bap.bench.Product.Engine;
import ai.september.bap.bench.Stack.Temporal;
import ai.september.bap.registry.operation.OperationKind;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

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
    private final Crowd crowd = new Crowd(AT_A_TIME);

    ProvisionBench(int pairs) {
        this.pairs = pairs;
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
        crowd.close();
        report.publish();
    }

    private void measure(Temporal temporal, Report report) throws Exception {
        try (Scratch scratch = new Scratch();
                Stack stack = Stack.start(scratch.folder().resolve("home"), temporal);
                OperationTimes times = new OperationTimes(stack.databaseUrl(), OperationKind.PROVISION)) {
            EngineKit kit = new EngineKit(scratch.folder().resolve("bare"));
            Product product = new Product(stack);
            warmUp(kit, product);

            Pair single = new Pair();
            for (int pair = 0; pair < pairs; pair++) {
                Progress.say("pair " + (pair + 1) + " of " + pairs);
                List<Callable<Void>> turns =
                        List.of(() -> provision(product, single.ours(), times), () -> boot(kit, single.bare()));
                turns.get(pair % 2).call();
                turns.get(1 - pair % 2).call();
            }
            Pair batched = new Pair();
            Pair batches = new Pair();
            for (int batch = 0; batch < Math.max(1, pairs / PAIRS_PER_BATCH); batch++) {
                Progress.say("batch " + (batch + 1) + " of " + pairs / PAIRS_PER_BATCH);
                List<Callable<Void>> turns = List.of(
                        () -> provisionEight(product, batched.ours(), batches.ours()),
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
                Report.row("", Pair.HEAD, "goal"),
                List.of(
                        row("one at a time", pairs.get(0), allowance),
                        row("eight at a time, each", pairs.get(1), allowance),
                        row("eight at a time, until the last", pairs.get(2), allowance)));
        report.paragraph("Where the time of one at a time goes; in bold what happens beside the engine:");
        report.table(List.of("", "p50, ms", "p95, ms"), times.rows());
    }

    private static List<Object> row(String label, Pair pair, int allowance) {
        return Report.row(label, pair.cells(), "≤ " + allowance + Report.verdict(pair.over() <= allowance));
    }

    private void warmUp(EngineKit kit, Product product) throws Exception {
        Pair unused = new Pair();
        for (int round = 0; round < WARM_UP; round++) {
            provisionEight(product, unused.ours(), unused.ours());
        }
        bootEight(kit, unused.bare(), unused.bare());
    }

    private static Void provision(Product product, Samples samples, OperationTimes times) throws Exception {
        Engine engine = product.provision();
        samples.add(engine.took());
        times.add(engine);
        product.destroy(engine);
        return null;
    }

    private static Void boot(EngineKit kit, Samples samples) throws Exception {
        long start = System.nanoTime();
        try (BareEngine engine = kit.serve(Start.PACKAGED)) {
            samples.add(Duration.ofNanos(System.nanoTime() - start));
        }
        return null;
    }

    private Void provisionEight(Product product, Samples each, Samples all) throws Exception {
        crowd.withEach(crowd.atOnce(each, all, product::provision), product::destroy);
        return null;
    }

    private Void bootEight(EngineKit kit, Samples each, Samples all) throws Exception {
        for (BareEngine engine : crowd.atOnce(each, all, () -> kit.serve(Start.PACKAGED))) {
            engine.close();
        }
        return null;
    }
}
