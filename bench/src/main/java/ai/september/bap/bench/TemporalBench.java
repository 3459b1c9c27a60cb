package ai.september.bap.bench;

import ai.september.bap.bench.Stack.Temporal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** What Temporal costs a provision, under each server and with each setting that may matter to it. */
final class TemporalBench {

    private static final int WARM_UP = 4;
    private static final int AT_A_TIME = 8;
    private static final int GOAL_MS = 100;

    private final int provisions;
    private final AtomicInteger users = new AtomicInteger();
    private final ExecutorService clients = Executors.newFixedThreadPool(AT_A_TIME);

    TemporalBench(int provisions) {
        this.provisions = provisions;
    }

    private record Variant(String label, Temporal temporal, Map<String, String> settings) {}

    private static List<Variant> variants() {
        List<Variant> all = new ArrayList<>();
        all.add(new Variant("in-process", Temporal.IN_PROCESS, Map.of()));
        for (Temporal server : List.of(Temporal.DEV_SERVER, Temporal.ON_POSTGRES)) {
            all.add(new Variant(server.label(), server, Map.of()));
            all.add(variant(server, "2 pollers each", "2", "2", "600"));
            all.add(variant(server, "20 pollers each", "20", "20", "600"));
            all.add(variant(server, "no run cached", "5", "5", "0"));
            all.add(new Variant(server.label() + ", once more", server, Map.of()));
        }
        all.add(new Variant("on PostgreSQL, 1 shard", Temporal.ON_POSTGRES_1, Map.of()));
        all.add(new Variant("on PostgreSQL, 64 shards", Temporal.ON_POSTGRES_64, Map.of()));
        return all;
    }

    private static Variant variant(
            Temporal server, String what, String stepPollers, String workflowPollers, String cachedRuns) {
        return new Variant(
                server.label() + ", " + what,
                server,
                Map.of(
                        "ORCH_WORKER_STEP_POLLERS", stepPollers,
                        "ORCH_WORKER_WORKFLOW_POLLERS", workflowPollers,
                        "ORCH_WORKER_CACHED_RUNS", cachedRuns));
    }

    void run() throws Exception {
        Report report = new Report("temporal");
        report.paragraph(
                "A provision's time from its row to its end, less its steps beside the engine: what Temporal takes,"
                        + " and our own records between the steps (of which the in-process server, which has no disk and no"
                        + " network, shows about how much). In milliseconds; everything on one machine, with the embedded,"
                        + " durable PostgreSQL.");
        List<List<Object>> rows = new ArrayList<>();
        for (Variant variant : variants()) {
            Progress.say(variant.label());
            if (variant.temporal().isThere()) {
                rows.add(measure(variant));
            }
        }
        report.table(
                List.of(
                        "",
                        "n",
                        "share p50",
                        "p95",
                        "goal",
                        "provision p50",
                        "of eight at once: share p50",
                        "until the last, p50"),
                rows);
        clients.shutdown();
        report.publish();
    }

    private List<Object> measure(Variant variant) throws Exception {
        try (Scratch scratch = new Scratch();
                Stack stack = Stack.start(scratch.folder().resolve("home"), variant.temporal(), variant.settings());
                TemporalShare share = new TemporalShare(stack.databaseUrl())) {
            Api api = stack.api();
            String key = api.register("bench", "{}");
            for (int round = 0; round < WARM_UP; round++) {
                provisionEight(api, key, new Samples());
            }
            Samples single = new Samples();
            Samples whole = new Samples();
            for (int turn = 0; turn < provisions; turn++) {
                long start = System.nanoTime();
                String user = newUser();
                String engine = api.provision(key, user);
                whole.add(Duration.ofNanos(System.nanoTime() - start));
                share.add(engine, single);
                api.destroy(key, user);
            }
            Samples eight = new Samples();
            Samples last = new Samples();
            for (int round = 0; round < Math.max(3, provisions / AT_A_TIME); round++) {
                for (String engine : provisionEight(api, key, last)) {
                    share.add(engine, eight);
                }
            }
            String goal = "≤ " + GOAL_MS + (single.p50() <= GOAL_MS ? ", reached" : ", missed");
            return List.of(
                    variant.label(),
                    single.size(),
                    single.p50(),
                    single.p95(),
                    goal,
                    whole.p50(),
                    eight.p50(),
                    last.p50());
        }
    }

    private String newUser() {
        return "user-" + users.incrementAndGet();
    }

    /** The engines' ids; the engines are gone again. */
    private List<String> provisionEight(Api api, String key, Samples untilTheLast) throws Exception {
        long start = System.nanoTime();
        List<String> names = new ArrayList<>();
        List<Future<String>> answers = new ArrayList<>();
        for (int client = 0; client < AT_A_TIME; client++) {
            String user = newUser();
            names.add(user);
            answers.add(clients.submit(() -> api.provision(key, user)));
        }
        List<String> engines = new ArrayList<>();
        for (Future<String> answer : answers) {
            engines.add(answer.get());
        }
        untilTheLast.add(Duration.ofNanos(System.nanoTime() - start));
        for (String user : names) {
            api.destroy(key, user);
        }
        return engines;
    }
}
