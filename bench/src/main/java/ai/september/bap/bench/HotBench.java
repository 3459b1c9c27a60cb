package ai.september.bap.bench;

import ai.september.bap.bench.LoadProcess.Answers;
import ai.september.bap.bench.LoadProcess.Slice;
import ai.september.bap.bench.Stack.Temporal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The hot path: side by side with a bare read on both stacks; in a large fleet; beyond capacity. And what else reads much. */
final class HotBench {

    private static final int[] ENGINES = {10, 1_000, 100_000};
    private static final int AUDIT_ROWS =
            Integer.parseInt(System.getenv().getOrDefault("BENCH_AUDIT_ROWS", "10000000"));
    private static final String STACK = System.getenv().getOrDefault("BENCH_STACK", "both");
    private static final int SLICE_MS = 500;
    private static final int READS_MS = 5_000;
    private static final int[] BEYOND_CAPACITY = {64, 250, 1_000};
    private static final int OVERLOAD_MS = 12_000;
    private static final double GROWTH_GOAL = 1.3;
    private static final int READS_GOAL_MS = 50;

    private final int rounds;
    private final Report report = new Report("hot");

    HotBench(int rounds) {
        this.rounds = rounds;
    }

    void run() throws Exception {
        report.paragraph(
                "Admit: `POST /engines/{user_id}/admit` of a running engine, without a rate limit. Bare read: the"
                        + " product by its key's hash, one indexed read by a DAO, answered in a few bytes; the same without Jdbi;"
                        + " `/health`, which asks the database four times a second at most. All in the same server"
                        + " and pool, embedded in a JVM with the options of `./bap dev`. "
                        + rounds
                        + " rounds of " + SLICE_MS
                        + " ms each, in changing order, loaded from a JVM of its own on the same"
                        + " processors; medians over the rounds.");
        if (!STACK.equals("compose")) {
            embedded();
        }
        if (STACK.equals("embedded") || !ComposeStack.isThere()) {
            Progress.say("the stack of Compose is left out");
        } else {
            compose();
        }
        report.publish();
    }

    private void embedded() throws Exception {
        try (Scratch scratch = new Scratch();
                Stack stack = Stack.start(scratch.folder(), Temporal.IN_PROCESS);
                LoadProcess load = new LoadProcess(stack.api().port())) {
            Api api = stack.api();
            String key = api.register("bench", "{}");
            api.provision(key, SideBySide.user());
            new SideBySide(load, report, rounds, key).run("Embedded");
            beyondCapacity(load, key);
            LargeFleet fleet = new LargeFleet(stack, key);
            growth(load, fleet, key);
            fleet.remember(AUDIT_ROWS);
            reads(load, key);
            api.destroy(key, SideBySide.user());
        }
    }

    private void compose() throws Exception {
        ComposeStack.build();
        Map<String, String> besideIt = Map.of("COMPOSE_FILE", "docker-compose.yml:bench/compose.yml");
        try (ComposeStack stack = ComposeStack.start(besideIt);
                LoadProcess load = new LoadProcess(stack.api().port())) {
            String key = stack.api().register("bench", "{}");
            stack.api().provision(key, SideBySide.user());
            new SideBySide(load, report, rounds, key).run("Compose");
            stack.api().destroy(key, SideBySide.user());
        }
    }

    /** Clients that never pause: what is served should be as much as ever, and nobody should wait long. */
    private void beyondCapacity(LoadProcess load, String key) throws IOException {
        List<String> admits = List.of(Requests.admit(SideBySide.user(), key));
        List<List<Object>> rows = new ArrayList<>();
        for (int connections : BEYOND_CAPACITY) {
            Slice slice = load.run(admits, connections, OVERLOAD_MS, 0);
            rows.add(List.of(
                    connections,
                    slice.served().perSecond(),
                    slice.served().p50(),
                    slice.served().p99(),
                    slice.refused().perSecond(),
                    slice.refused().p50(),
                    slice.refused().p99()));
        }
        report.heading("Embedded: beyond capacity");
        report.table(
                List.of(
                        "connections that never pause",
                        "served/s",
                        "p50, ms",
                        "p99, ms",
                        "answered 503/s",
                        "p50, ms",
                        "p99, ms"),
                rows);
        report.paragraph("Each for " + OVERLOAD_MS / 1_000 + " s, the first two of which are a crowd's.");
    }

    private void growth(LoadProcess load, LargeFleet fleet, String key) throws IOException {
        List<Contender> sizes = new ArrayList<>();
        for (int engines : ENGINES) {
            fleet.growTo(engines);
            Contender admit = new Contender(engines + " engines", admits(engines, key));
            // The statistics have changed, and so may the plans.
            load.run(admit.requests(), 8, 4 * SLICE_MS);
            for (int round = 0; round < rounds; round++) {
                admit.measure(load, 8, SLICE_MS);
            }
            sizes.add(admit);
        }
        report.heading("Embedded: growth");
        report.table(Contender.HEAD, sizes.stream().map(Contender::row).toList());
        double slower =
                sizes.get(0).rate().p50() / sizes.get(sizes.size() - 1).rate().p50();
        double later =
                sizes.get(sizes.size() - 1).p99().p50() / sizes.get(0).p99().p50();
        report.paragraph(
                "Admits of up to a thousand users of the fleet in turn, over 8 connections. From the smallest to the"
                        + " largest fleet throughput falls by the factor **" + Samples.figure(slower)
                        + "** and p99 rises by **"
                        + Samples.figure(later) + "** (goal ≤ " + GROWTH_GOAL
                        + Report.verdict(Math.max(slower, later) <= GROWTH_GOAL) + ").");
    }

    private static List<String> admits(int engines, String key) {
        int users = Math.min(1_000, engines);
        return IntStream.range(0, users)
                .map(n -> 1 + n * (engines / users))
                .filter(n -> n % 10 != 5 && n % 1_000 != 0)
                .mapToObj(n -> Requests.admit(LargeFleet.user(n), key))
                .toList();
    }

    private void reads(LoadProcess load, String key) throws IOException {
        int last = ENGINES[ENGINES.length - 1];
        List<List<Object>> rows = new ArrayList<>();
        for (String path : List.of(
                "/status",
                "/metrics",
                "/engines",
                "/engines?offset=" + (last - 100),
                "/engines?status=failed",
                "/engines?status=running&offset=" + last / 2,
                "/audit",
                "/audit?action=destroy",
                "/audit?user_id=" + LargeFleet.user(777),
                "/audit?until=2026-10-01T00:00:00.000Z")) {
            List<String> request = List.of(Requests.get(path, key));
            load.run(request, 1, SLICE_MS);
            Answers answers = load.run(request, 1, READS_MS);
            rows.add(List.of(
                    "`" + path + "`",
                    answers.count(),
                    answers.p50(),
                    answers.p99(),
                    "≤ " + READS_GOAL_MS + Report.verdict(answers.p99() <= READS_GOAL_MS)));
        }
        report.heading(String.format("Embedded: reads in a fleet of %,d engines, %,d audit rows", last, AUDIT_ROWS));
        report.table(List.of("", "n", "p50, ms", "p99, ms", "goal"), rows);
    }
}
