package ai.september.bap.bench;

import ai.september.bap.bench.LoadProcess.Slice;
import ai.september.bap.bench.Stack.Temporal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the API's limits do to admits: how many requests it works on at once, and how many connections it has for them. */
final class LimitsBench {

    private static final int[] CONNECTIONS = {64, 1_000};
    private static final int WARM_UP_MS = 10_000;
    private static final int SLICE_MS = 6_000;

    private static final List<Limits> VARIANTS = List.of(
            new Limits(8, 32),
            new Limits(16, 32),
            new Limits(32, 32),
            new Limits(64, 32),
            new Limits(200, 32),
            new Limits(64, 8),
            new Limits(64, 16),
            new Limits(64, 64));

    private final int rounds;

    LimitsBench(int rounds) {
        this.rounds = rounds;
    }

    /** The API's. */
    private record Limits(int requestsAtOnce, int poolSize) {

        Map<String, String> settings() {
            return Map.of(
                    "ORCH_API_REQUESTS_AT_ONCE", Integer.toString(requestsAtOnce),
                    "ORCH_API_DB_POOL", Integer.toString(poolSize));
        }
    }

    /** What a number of clients that never pause got; latencies in milliseconds. */
    private record Figures(Samples served, Samples p50, Samples p99, Samples refused) {

        Figures() {
            this(new Samples(), new Samples(), new Samples(), new Samples());
        }

        void add(Slice slice) {
            served.add(slice.served().perSecond());
            p50.add(slice.served().p50());
            p99.add(slice.served().p99());
            refused.add(slice.refused().perSecond());
        }
    }

    void run() throws Exception {
        Report report = new Report("limits");
        report.paragraph(
                "Admits of a running engine by clients that never pause, over 64 and over 1,000 connections, medians"
                        + " over " + rounds + " times " + SLICE_MS / 1_000
                        + " s on the embedded stack; everything on the same"
                        + " processors. Worked on at once: `ORCH_API_REQUESTS_AT_ONCE`; pool: `ORCH_API_DB_POOL`.");
        List<List<Object>> rows = new ArrayList<>();
        for (Limits limits : VARIANTS) {
            rows.addAll(measure(limits));
        }
        report.table(
                List.of("at once", "pool", "connections", "served/s", "p50, ms", "p99, ms", "answered 503/s"), rows);
        report.publish();
    }

    private List<List<Object>> measure(Limits limits) throws Exception {
        try (Scratch scratch = new Scratch();
                Stack stack = Stack.start(scratch.folder(), Temporal.IN_PROCESS, limits.settings());
                LoadProcess load = new LoadProcess(stack.api().port())) {
            Api api = stack.api();
            String key = api.register("bench", "{}");
            api.provision(key, SideBySide.user());
            List<String> admits = List.of(Requests.admit(SideBySide.user(), key));
            load.run(admits, 8, WARM_UP_MS);
            List<List<Object>> rows = new ArrayList<>();
            for (int connections : CONNECTIONS) {
                Figures figures = measure(load, admits, connections);
                rows.add(List.of(
                        limits.requestsAtOnce(),
                        limits.poolSize(),
                        connections,
                        figures.served().p50(),
                        figures.p50().p50(),
                        figures.p99().p50(),
                        figures.refused().p50()));
            }
            Progress.say(limits + ": " + rows);
            api.destroy(key, SideBySide.user());
            return rows;
        }
    }

    private Figures measure(LoadProcess load, List<String> admits, int connections) throws IOException {
        Figures figures = new Figures();
        for (int round = 0; round < rounds; round++) {
            figures.add(load.run(admits, connections, SLICE_MS, 0));
        }
        return figures;
    }
}
