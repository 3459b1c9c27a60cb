package ai.september.bap.bench;

import ai.september.bap.bench.LoadProcess.Slice;
import ai.september.bap.bench.Stack.Temporal;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** A thousand admits at once of as many new users, where four can be started at a time, and admits of a running engine meanwhile. */
final class HerdOfUsers {

    private static final int REPLICAS = 2;
    private static final int AT_ONCE = 4;
    private static final int REQUEST_WAIT_S = 20;
    private static final String USERS = "new-";
    private static final String ALL_USERS = USERS + "%";

    private static final int CONNECTIONS = 16;
    private static final double PER_SECOND = 100;
    private static final int SLICE_MS = 2_000;
    private static final int SLICES_BEFORE = 5;
    private static final int WARM_UP_MS = 2_000;
    private static final int EARLY = 64;
    private static final long PATIENCE_NS = TimeUnit.MINUTES.toNanos(5);

    private final String label;
    private final String policy;
    private final Map<String, String> settings;
    private final List<ReplicaProcess> replicas = new ArrayList<>();

    /** @param settings what lets the worker start four at a time, unless the policy does */
    HerdOfUsers(String label, String policy, Map<String, String> settings) {
        this.label = label;
        this.policy = policy;
        this.settings = Map.copyOf(settings);
    }

    /** What the users in line do to those who have an engine; latencies in milliseconds. */
    private record Calm(String label, String request, Samples p50, Samples p99, Samples refused) {

        Calm(String label, String request) {
            this(label, request, new Samples(), new Samples(), new Samples());
        }

        void measure(LoadProcess load) throws IOException {
            Slice slice = load.run(List.of(request), CONNECTIONS, SLICE_MS, PER_SECOND);
            p50.add(slice.served().p50());
            p99.add(slice.served().p99());
            refused.add(slice.refused().count());
        }

        double refusals() {
            return refused.sum();
        }
    }

    static void begin(Report report) {
        report.heading("A thousand new users");
        report.paragraph(HerdBench.SIZE + " admits at once with `auto_provision`, each of another user, over "
                + HerdBench.SIZE + " connections and " + REPLICAS + " replicas, where " + AT_ONCE
                + " can be started at a time. A request waits " + REQUEST_WAIT_S
                + " s (`ORCH_REQUEST_WAIT_S`) before it is answered 202. Always so: every answer is 200, or 202, 429 or"
                + " 503 with `Retry-After`; whoever was answered 429 or 503 asks again after that; no provision fails, and"
                + " in the end all engines run. **The engine is a stand-in**, because a thousand real ones want 45 GB: a"
                + " process that listens after 135 ms, which is an engine's boot, and answers `/health`. Brains are"
                + " migrated by the real engine's program.");
        report.paragraph("Meanwhile a client process sends one of the replicas " + (int) PER_SECOND
                + " admits a second of an engine of the same product that runs, and as many bare reads (of `bench/run hot`)"
                + " by turns of " + SLICE_MS / 1_000 + " s, as before the herd. What bare reads lose they lose to the"
                + " processors, which worker, PostgreSQL, Temporal and engines use then.");
    }

    void report(Report report) throws Exception {
        Progress.say(label);
        try (Scratch scratch = new Scratch();
                Scratch program = new Scratch()) {
            try (Stack stack = Stack.start(scratch.folder(), Temporal.IN_PROCESS, settings(program.folder()));
                    Provisions provisions = new Provisions(stack.databaseUrl());
                    DatabaseConnections connections = new DatabaseConnections(stack.databaseUrl())) {
                while (replicas.size() < REPLICAS) {
                    replicas.add(stack.addReplicaProcess("replica-" + (replicas.size() + 1)));
                }
                measure(stack.api().register("users", policy), provisions, connections, report);
            }
        }
    }

    private Map<String, String> settings(Path program) throws IOException {
        Map<String, String> all = new HashMap<>(settings);
        all.put("ORCH_SUBPROCESS_ENGINE", LightEngine.in(program).toString());
        all.put("ORCH_REQUEST_WAIT_S", Integer.toString(REQUEST_WAIT_S));
        // A port for each engine; and what PostgreSQL has is shared by two replicas with the API's own pool.
        all.put("ORCH_PORT_MAX", "18999");
        all.put("ORCH_WORKER_DB_POOL", "20");
        return all;
    }

    private void measure(String key, Provisions provisions, DatabaseConnections connections, Report report)
            throws Exception {
        Api first = replicas.get(0).api();
        first.provision(key, SideBySide.user());
        List<Calm> before = calm(key);
        List<Calm> during = calm(key);
        try (LoadProcess load = new LoadProcess(first.port())) {
            for (ReplicaProcess replica : replicas) {
                replica.warmUp(key);
            }
            warmUp(load, before);
            new HerdClients(replicas, key).admit(EARLY, n -> "early-" + n).forEach(CompletableFuture::join);
            for (int slice = 0; slice < SLICES_BEFORE; slice++) {
                measure(load, before);
            }
            try (Peaks peaks = Peaks.of(ReplicaProcess.gauges(replicas, connections))) {
                HerdClients clients = new HerdClients(replicas, key);
                CompletableFuture<Void> herd = CompletableFuture.allOf(
                        clients.admit(HerdBench.SIZE, n -> USERS + n).toArray(CompletableFuture<?>[]::new));
                untilAllRun(herd, provisions, () -> measure(load, during));
                write(report, clients, provisions, before, during, peaks.cells());
            }
        }
    }

    private static List<Calm> calm(String key) {
        return List.of(
                new Calm("admit of a running engine", Requests.admit(SideBySide.user(), key)),
                new Calm("bare read", Requests.get("/bench/read", key)));
    }

    private static void warmUp(LoadProcess load, List<Calm> all) throws IOException {
        for (Calm calm : all) {
            load.run(List.of(calm.request()), CONNECTIONS, WARM_UP_MS);
        }
    }

    /** Something that takes a while. */
    private interface Meanwhile {
        void pass() throws IOException;
    }

    private static void untilAllRun(CompletableFuture<Void> herd, Provisions provisions, Meanwhile meanwhile)
            throws Exception {
        long end = System.nanoTime() + PATIENCE_NS;
        while (!herd.isDone() || provisions.running(ALL_USERS) < HerdBench.SIZE) {
            meanwhile.pass();
            if (herd.isCompletedExceptionally()) {
                herd.join();
            }
            HerdBench.require(provisions.failed(ALL_USERS) == 0, "no provision fails");
            HerdBench.require(System.nanoTime() < end, "all engines run in the end");
        }
        herd.join();
    }

    private static void measure(LoadProcess load, List<Calm> all) throws IOException {
        for (Calm calm : all) {
            calm.measure(load);
        }
    }

    private void write(
            Report report,
            HerdClients clients,
            Provisions provisions,
            List<Calm> before,
            List<Calm> during,
            List<Object> peaks)
            throws SQLException {
        report.heading(label);
        report.paragraph("Policy `" + policy + "`, settings `" + new TreeMap<>(settings) + "`.");
        report.table(
                List.of(
                        "answered 200",
                        "202",
                        "429",
                        "503",
                        "steps at once, at most",
                        "provisions between first and last step, at most",
                        "a quarter runs after, s",
                        "half",
                        "three quarters",
                        "all"),
                List.of(whatCame(clients, provisions)));
        report.table(
                List.of(
                        "",
                        "p50 before, ms",
                        "p50 meanwhile",
                        "ratio",
                        "p99 before",
                        "p99 meanwhile",
                        "ratio",
                        "p99 of the worst slice",
                        "answered 503"),
                IntStream.range(0, before.size())
                        .mapToObj(n -> compared(before.get(n), during.get(n)))
                        .toList());
        report.table(ReplicaProcess.head(), ReplicaProcess.rows(replicas, peaks));
    }

    private List<Object> whatCame(HerdClients clients, Provisions provisions) throws SQLException {
        long steps = provisions.mostStepsAtOnce(ALL_USERS);
        HerdBench.require(steps <= AT_ONCE, steps + " steps at once are at most " + AT_ONCE);
        long atOnce = provisions.mostAtOnce(ALL_USERS);
        // Where the policy says so. A worker takes each step as it is due, whatever provision it is of.
        HerdBench.require(
                !settings.isEmpty() || atOnce <= AT_ONCE, atOnce + " provisions at once are at most " + AT_ONCE);
        HerdBench.require(provisions.count(ALL_USERS) == HerdBench.SIZE, "there was one provision for each of them");
        List<Object> row = new ArrayList<>();
        for (int status : new int[] {200, 202, 429, 503}) {
            row.add(clients.answered(status));
        }
        row.add(steps);
        row.add(atOnce);
        row.addAll(provisions.quarters(ALL_USERS));
        return row;
    }

    private static List<Object> compared(Calm before, Calm during) {
        return List.of(
                before.label(),
                before.p50().p50(),
                during.p50().p50(),
                during.p50().p50() / before.p50().p50(),
                before.p99().p50(),
                during.p99().p50(),
                during.p99().p50() / before.p99().p50(),
                during.p99().largest(),
                before.refusals() + during.refusals());
    }
}
