package ai.september.bap.bench;

import java.util.Map;

/** A thousand admits at once: of one new user, and of a thousand. */
final class HerdBench {

    static final int SIZE = 1_000;

    private final int herds;

    HerdBench(int herds) {
        this.herds = herds;
    }

    void run() throws Exception {
        // The API closes what was idle for 30 s; a client that takes such a connection just then has no answer.
        System.setProperty("jdk.httpclient.keepalive.timeout", "10");
        Report report = new Report("herds");
        report.paragraph(
                "Each replica of the API is a process of its own, with the heap that it has in docker-compose.yml."
                        + " PostgreSQL, worker, Temporal (the in-process one) and the clients, which are all in this benchmark's"
                        + " process, share the processors with them. Threads, connections (by `pg_stat_activity`) and resident"
                        + " memory: before, and the most at any moment. What is said to be always so is checked: otherwise there"
                        + " is no report.");
        new HerdOfOneUser(herds).report(report);
        HerdOfUsers.begin(report);
        new HerdOfUsers(
                        "A product of which four are provisioned at once",
                        "{\"max_concurrent_provisions\":4}",
                        Map.of())
                .report(report);
        new HerdOfUsers("A worker that takes four steps at once", "{}", Map.of("ORCH_WORKER_STEPS", "4"))
                .report(report);
        report.publish();
    }

    /** @throws IllegalStateException unless it is so */
    static void require(boolean so, String what) {
        if (!so) {
            throw new IllegalStateException("it should be so, and is not: " + what);
        }
    }
}
