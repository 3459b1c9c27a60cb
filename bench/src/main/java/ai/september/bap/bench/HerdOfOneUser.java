package ai.september.bap.bench;

import ai.september.bap.bench.Stack.Temporal;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** A thousand admits at once of one new user, through several replicas by turns, against one alone of another. */
final class HerdOfOneUser {

    private static final int[] REPLICAS = {2, 4};

    /** Half of what a replica has by default: four share the 100 connections that PostgreSQL has. */
    private static final Map<String, String> SETTINGS =
            Map.of("ORCH_API_DB_POOL", "16", "ORCH_API_REQUESTS_AT_ONCE", "32", "ORCH_WORKER_DB_POOL", "8");

    private static final int WARM_UP_HERDS = 2;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final int herds;
    private final List<ReplicaProcess> replicas = new ArrayList<>();
    private int users;

    HerdOfOneUser(int herds) {
        this.herds = herds;
    }

    void report(Report report) throws Exception {
        List<List<Object>> times = new ArrayList<>();
        List<List<Object>> peaks = new ArrayList<>();
        try (Scratch scratch = new Scratch();
                Stack stack = Stack.start(scratch.folder(), Temporal.IN_PROCESS, SETTINGS);
                Provisions provisions = new Provisions(stack.databaseUrl());
                DatabaseConnections connections = new DatabaseConnections(stack.databaseUrl())) {
            String key = stack.api().register("herd", "{}");
            for (int number : REPLICAS) {
                while (replicas.size() < number) {
                    replicas.add(stack.addReplicaProcess("replica-" + (replicas.size() + 1)));
                }
                measure(key, provisions, connections, times, peaks);
            }
        }
        write(report, times, peaks);
    }

    private void measure(
            String key,
            Provisions provisions,
            DatabaseConnections connections,
            List<List<Object>> times,
            List<List<Object>> rows)
            throws Exception {
        HerdClients early = new HerdClients(replicas, key);
        Duration atFirst = took(early, key, HerdBench.SIZE, provisions);
        warmUp(key, provisions);
        Samples alone = new Samples();
        Samples herd = new Samples();
        try (Peaks peaks = Peaks.of(ReplicaProcess.gauges(replicas, connections))) {
            for (int round = 0; round < herds; round++) {
                alone.add(took(key, 1, provisions));
                herd.add(took(key, HerdBench.SIZE, provisions));
            }
            rows.addAll(ReplicaProcess.rows(replicas, peaks.cells()));
        }
        Progress.say(replicas.size() + " replicas: " + Samples.figure(herd.p50()) + " ms, alone "
                + Samples.figure(alone.p50()));
        times.add(List.of(
                replicas.size(),
                herds,
                herds * HerdBench.SIZE,
                herds,
                alone.p50(),
                herd.p50(),
                herd.largest(),
                herd.p50() / alone.p50(),
                atFirst.toMillis(),
                early.answered(503)));
    }

    private void warmUp(String key, Provisions provisions) throws Exception {
        for (ReplicaProcess replica : replicas) {
            replica.warmUp(key);
        }
        for (int herd = 0; herd < WARM_UP_HERDS; herd++) {
            took(new HerdClients(replicas, key), key, HerdBench.SIZE, provisions);
        }
    }

    /** From so many admits at once of one new user to the last answer; with one engine, which is gone afterwards. */
    private Duration took(String key, int admits, Provisions provisions) throws Exception {
        HerdClients clients = new HerdClients(replicas, key);
        Duration took = took(clients, key, admits, provisions);
        HerdBench.require(clients.answered(200) == admits, "all are answered 200 at once");
        return took;
    }

    private Duration took(HerdClients clients, String key, int admits, Provisions provisions) throws Exception {
        String user = "user-" + ++users;
        long start = System.nanoTime();
        List<String> answers = clients.admit(admits, n -> user).stream()
                .map(CompletableFuture::join)
                .map(HttpResponse::body)
                .toList();
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        check(user, answers, provisions);
        replicas.get(0).api().destroy(key, user);
        return took;
    }

    private static void check(String user, List<String> answers, Provisions provisions) throws Exception {
        String first = answers.get(0);
        answers.forEach(answer -> HerdBench.require(answer.equals(first), answer + " is " + first));
        HerdBench.require(provisions.count(user) == 1, "there was one provision for " + user);
        String engine = engineOf(first);
        HerdBench.require(ProcessFigures.byEnvironment(engine).count() == 1, "engine " + engine + " is one process");
    }

    private static String engineOf(String admission) throws IOException {
        JsonNode answer = JSON.readTree(admission);
        HerdBench.require(answer.path("admitted").asBoolean(), "admitted by " + admission);
        return answer.at("/engine/engine_id").asText();
    }

    private void write(Report report, List<List<Object>> times, List<List<Object>> peaks) {
        report.heading("One new user");
        report.paragraph(HerdBench.SIZE + " admits at once with `auto_provision` of a user who has no engine, over "
                + HerdBench.SIZE + " connections, through all replicas by turns; against one alone, by turns, after a"
                + " warm-up. The engine is the real one. Always so: one provision, one engine process, and all answers 200"
                + " and alike, byte for byte. Of a herd that comes before the warm-up some may be answered 503 with"
                + " `Retry-After`, and ask again after that, until their answers are like all others. Four replicas share"
                + " PostgreSQL's 100 connections: settings `" + new TreeMap<>(SETTINGS) + "`, half of the default.");
        report.table(
                List.of(
                        "replicas",
                        "herds",
                        "answers, all alike in a herd",
                        "provisions",
                        "one alone p50, ms",
                        "all of a herd answered p50, ms",
                        "slowest herd",
                        "herd / alone",
                        "the first herd of replicas just started, ms",
                        "503 in that"),
                times);
        report.table(ReplicaProcess.head(), peaks);
    }
}
