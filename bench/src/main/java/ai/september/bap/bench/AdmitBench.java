package ai.september.bap.bench;

import ai.september.bap.bench.LoadProcess.Slice;
import ai.september.bap.bench.Stack.Temporal;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/** Admits of a running engine against a bare indexed read and a constant, in the same server, in short turns. */
final class AdmitBench {

    private static final int[] CONNECTIONS = {1, 8, 64};
    private static final int SLICE_MS = 500;
    private static final int WARM_UP_REQUESTS = 30_000;
    private static final int WARM_UP_TURNS = 5;
    private static final int WARM_UP_SLICES = 12;
    private static final String USER = "user-1";
    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private final int rounds;

    AdmitBench(int rounds) {
        this.rounds = rounds;
    }

    /** One of the compared, on one number of connections. */
    private record Contender(String label, String request, Samples rate, Samples p50, Samples p99, Samples cpu) {

        Contender(String label, String request) {
            this(label, request, new Samples(), new Samples(), new Samples(), new Samples());
        }

        /** Requests a second. */
        double measure(LoadProcess load, int connections) throws IOException {
            long before = SYSTEM.getProcessCpuTime();
            Slice slice = load.run(request, connections, SLICE_MS);
            cpu.add((SYSTEM.getProcessCpuTime() - before) / 1e3 / slice.requests());
            rate.add(slice.perSecond());
            p50.add(slice.p50());
            p99.add(slice.p99());
            return slice.perSecond();
        }
    }

    void run() throws Exception {
        Report report = new Report("admit");
        try (Scratch scratch = new Scratch();
                Stack stack = Stack.start(scratch.folder(), Temporal.IN_PROCESS);
                LoadProcess load = new LoadProcess(stack.api().port())) {
            Api api = stack.api();
            String key = api.register("bench", "{}");
            api.provision(key, USER);
            warmUp(load, key);
            report.paragraph(
                    "Admit: `POST /engines/{user_id}/admit` of a running engine, without a rate limit. Bare read: the"
                            + " product by its key's hash, one indexed read by a DAO, answered in a few bytes; the same without"
                            + " Jdbi; constant: no read at all. All in the same server and pool. " + rounds
                            + " rounds of "
                            + SLICE_MS
                            + " ms each, in changing order, loaded from a JVM of its own on the same processors; medians"
                            + " over the rounds. CPU is that of the server's JVM alone, per request. Goal: at least 0.7 of the bare"
                            + " read's throughput.");
            for (int connections : CONNECTIONS) {
                compare(report, load, key, connections);
            }
            api.destroy(key, USER);
        }
        report.publish();
    }

    private static List<Contender> contenders(String key) {
        return List.of(
                new Contender("admit", post("/engines/" + USER + "/admit", key)),
                new Contender("bare read", get("/bench/read", key)),
                new Contender("bare read without Jdbi", get("/bench/read/jdbc", key)),
                new Contender("constant", get("/bench/constant", key)));
    }

    private static String post(String path, String key) {
        return "POST " + path + " HTTP/1.1\r\nHost: api\r\nX-Platform-Key: " + key
                + "\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
    }

    private static String get(String path, String key) {
        return "GET " + path + " HTTP/1.1\r\nHost: api\r\nX-Platform-Key: " + key + "\r\n\r\n";
    }

    /** By turns, until each has been answered often enough to be compiled, or the patience ends. */
    private static void warmUp(LoadProcess load, String key) throws IOException {
        for (int turn = 1; turn <= WARM_UP_TURNS; turn++) {
            for (Contender contender : contenders(key)) {
                int requests = 0;
                for (int slice = 0; slice < WARM_UP_SLICES && requests < WARM_UP_REQUESTS / WARM_UP_TURNS; slice++) {
                    requests += load.run(contender.request(), 8, SLICE_MS).requests();
                }
                Progress.say("warm-up " + turn + ": " + requests + " times " + contender.label());
            }
        }
    }

    private void compare(Report report, LoadProcess load, String key, int connections) throws IOException {
        List<Contender> contenders = contenders(key);
        Samples againstRead = new Samples();
        Samples againstDriver = new Samples();
        for (int round = 0; round < rounds; round++) {
            double[] rates = new double[contenders.size()];
            for (int turn = 0; turn < contenders.size(); turn++) {
                int which = (turn + round) % contenders.size();
                rates[which] = contenders.get(which).measure(load, connections);
            }
            againstRead.add(rates[0] / rates[1]);
            againstDriver.add(rates[0] / rates[2]);
            Progress.say(connections + " connections, round " + (round + 1) + ": " + Samples.figure(rates[0] / rates[1])
                    + " of the bare read");
        }
        report.heading(connections == 1 ? "1 connection" : connections + " connections");
        report.table(List.of("", "requests/s", "p50, ms", "p99, ms", "CPU, µs"), rows(contenders));
        report.paragraph("Admit reaches **" + Samples.figure(againstRead.p50()) + "** of the bare read's throughput ("
                + Samples.figure(againstRead.smallest()) + " to " + Samples.figure(againstRead.largest())
                + " in single rounds), and " + Samples.figure(againstDriver.p50()) + " of that without Jdbi.");
    }

    private static List<List<Object>> rows(List<Contender> contenders) {
        List<List<Object>> rows = new ArrayList<>();
        for (Contender each : contenders) {
            rows.add(List.of(
                    each.label(),
                    each.rate().p50(),
                    each.p50().p50(),
                    each.p99().p50(),
                    each.cpu().p50()));
        }
        return rows;
    }
}
