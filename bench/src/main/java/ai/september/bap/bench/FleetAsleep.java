package ai.september.bap.bench;

import ai.september.bap.bench.Product.Engine;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a fleet takes of memory and processor while it is awake and idle, and asleep in each way. */
final class FleetAsleep {

    private static final Duration WINDOW = Duration.ofSeconds(12);
    private static final double MS = 1e3;

    /** What the latest sleeps say that they have done. */
    private static final String NOTES = """
            SELECT s.note, count(*) FROM operation_steps s JOIN operations o USING (operation_id)
            WHERE o.kind = 'sleep' AND o.status = 'succeeded' AND s.name = 'suspend_container'
              AND o.finished_at > now() - interval '2 minutes' AND s.note LIKE '%memory%'
            GROUP BY s.note ORDER BY s.note
            """;

    private final Orchestrator stack;
    private final Product product;
    private final List<Engine> engines;
    private final EngineAccounts accounts;
    private final List<List<Object>> rows = new ArrayList<>();

    FleetAsleep(Orchestrator stack, Product product, List<Engine> engines, EngineAccounts accounts) {
        this.stack = stack;
        this.product = product;
        this.engines = List.copyOf(engines);
        this.accounts = accounts;
    }

    /** Engines that run now, and do so again afterwards. */
    void run(String name, Report report) throws Exception {
        measure("awake and idle");
        sleep("paused", "\"sleep_mode\":\"pause\"");
        sleep("paused, `memory_reclaim`", "\"sleep_mode\":\"pause\",\"memory_reclaim\":true");
        String notes = notes();
        sleep("stopped", "\"sleep_mode\":\"stop\"");
        write(name, notes, report);
    }

    private void sleep(String how, String policy) throws Exception {
        product.putToSleep("{\"idle_timeout_s\":1," + policy + "}", engines.size());
        measure(how);
        for (Engine engine : engines) {
            Engine unused = product.wake(engine);
        }
    }

    private void measure(String how) throws IOException, InterruptedException {
        Progress.say(engines.size() + " engines, " + how);
        Thread.sleep(WINDOW.toMillis() / 3);
        double before = accounts.cpuSeconds();
        long begin = System.nanoTime();
        Thread.sleep(WINDOW.toMillis());
        double used = accounts.cpuSeconds() - before;
        double seconds = (System.nanoTime() - begin) / 1e9;
        rows.add(Report.row(how, new ArrayList<Object>(accounts.memory()), used * MS / seconds));
    }

    private String notes() throws SQLException {
        StringBuilder notes = new StringBuilder();
        try (Connection connection = OperationTimes.connect(stack.databaseUrl());
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(NOTES)) {
            while (found.next()) {
                notes.append(notes.length() == 0 ? "" : "; ")
                        .append('`')
                        .append(found.getString(1))
                        .append("` (")
                        .append(found.getInt(2))
                        .append(" engines)");
            }
        }
        return notes.toString();
    }

    private void write(String name, String notes, Report report) {
        report.heading(name + ": " + engines.size() + " engines");
        report.table(Report.row("", accounts.heads(), "CPU, ms in a second"), rows);
        report.paragraph("All engines together; CPU over " + WINDOW.toSeconds()
                + " s. What the sleeps with `memory_reclaim` said: " + notes + ".");
    }
}
