package ai.september.bap.bench;

import ai.september.bap.bench.LoadProcess.Slice;
import java.io.IOException;
import java.util.List;

/** Admits of a running engine against a bare indexed read and {@code /health}, in the same server, in short turns. */
final class SideBySide {

    private static final int[] CONNECTIONS = {1, 8, 64};
    private static final int SLICE_MS = 500;
    private static final int WARM_UP_REQUESTS = 30_000;
    private static final int WARM_UP_TURNS = 5;
    private static final int WARM_UP_SLICES = 12;
    private static final int PACED_CONNECTIONS = 64;
    private static final int PACED_MS = 3_000;
    private static final double GOAL = 0.8;
    private static final int GOAL_MS = 10;
    private static final String USER = "user-1";

    private final LoadProcess load;
    private final Report report;
    private final int rounds;
    private final List<Contender> contenders;

    /** What is measured on an orchestrator that has {@link BenchApi} and this product with its first user's engine. */
    SideBySide(LoadProcess load, Report report, int rounds, String platformKey) {
        this.load = load;
        this.report = report;
        this.rounds = rounds;
        this.contenders = List.of(
                new Contender("admit", Requests.admit(USER, platformKey)),
                new Contender("bare read", Requests.get("/bench/read", platformKey)),
                new Contender("bare read without Jdbi", Requests.get("/bench/read/jdbc", platformKey)),
                new Contender("`/health`", Requests.get("/health", platformKey)));
    }

    /** Whose engine is admitted. */
    static String user() {
        return USER;
    }

    void run(String stack) throws IOException {
        warmUp();
        double capacity = 0;
        for (int connections : CONNECTIONS) {
            capacity = Math.max(capacity, compare(stack, connections));
        }
        atHalf(capacity);
    }

    /** By turns, until each has been answered often enough to be compiled, or the patience ends. */
    private void warmUp() throws IOException {
        for (int turn = 1; turn <= WARM_UP_TURNS; turn++) {
            for (Contender contender : contenders) {
                int answered = 0;
                for (int slice = 0; slice < WARM_UP_SLICES && answered < WARM_UP_REQUESTS / WARM_UP_TURNS; slice++) {
                    answered += load.run(contender.requests(), 8, SLICE_MS).count();
                }
                Progress.say("warm-up " + turn + ": " + answered + " times " + contender.label());
            }
        }
    }

    /** Admits a second. */
    private double compare(String stack, int connections) throws IOException {
        List<Contender> all = contenders.stream().map(Contender::anew).toList();
        Samples againstRead = new Samples();
        Samples againstDriver = new Samples();
        for (Contender first : contenders) {
            // Connections, the server's and the database's, are opened, and statements planned.
            load.run(first.requests(), connections, SLICE_MS);
        }
        for (int round = 0; round < rounds; round++) {
            double[] rates = new double[all.size()];
            for (int turn = 0; turn < all.size(); turn++) {
                int which = (turn + round) % all.size();
                rates[which] = all.get(which).measure(load, connections, SLICE_MS);
            }
            againstRead.add(rates[0] / rates[1]);
            againstDriver.add(rates[0] / rates[2]);
            Progress.say(stack + ", " + connections + " connections, round " + (round + 1) + ": "
                    + Samples.figure(rates[0] / rates[1]) + " of the bare read");
        }
        report.heading(stack + ": " + connections + (connections == 1 ? " connection" : " connections"));
        report.table(Contender.HEAD, all.stream().map(Contender::row).toList());
        report.paragraph("Admit reaches **" + Samples.figure(againstRead.p50()) + "** of the bare read's throughput ("
                + Samples.figure(againstRead.smallest()) + " to " + Samples.figure(againstRead.largest())
                + " in single rounds; goal ≥ " + GOAL + Report.verdict(againstRead.p50() >= GOAL) + "), and "
                + Samples.figure(againstDriver.p50()) + " of that without Jdbi.");
        return all.get(0).rate().p50();
    }

    /** At a rate of their own, as products' requests come. */
    private void atHalf(double capacity) throws IOException {
        Samples p50 = new Samples();
        Samples p99 = new Samples();
        for (int round = 0; round < rounds; round++) {
            Slice slice = load.run(contenders.get(0).requests(), PACED_CONNECTIONS, PACED_MS, capacity / 2);
            p50.add(slice.served().p50());
            p99.add(slice.served().p99());
            if (slice.refused().count() > 0) {
                throw new IOException(slice.refused().count() + " admits were refused at half of capacity");
            }
        }
        report.paragraph(String.format(
                "At half of capacity (%.0f admits/s, sent at that rate over %d connections): p50 %s ms, p99 **%s ms** (medians"
                        + " over %d rounds of %d s; goal ≤ %d%s).",
                capacity / 2,
                PACED_CONNECTIONS,
                Samples.figure(p50.p50()),
                Samples.figure(p99.p50()),
                rounds,
                PACED_MS / 1_000,
                GOAL_MS,
                Report.verdict(p99.p50() <= GOAL_MS)));
    }
}
