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
import java.util.function.Function;

/** What a fleet takes of memory and processor while it is awake and idle, and asleep in each way. */
final class FleetAsleep {

    private static final int ENGINES = 20;
    private static final Duration WINDOW = Duration.ofSeconds(15);
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
    private final List<List<Object>> rows = new ArrayList<>();

    FleetAsleep(Orchestrator stack, Product product) {
        this.stack = stack;
        this.product = product;
    }

    /** Provisions the fleet, has it measured, and destroys it. */
    void run(String name, Function<List<Engine>, EngineAccounts> accountsOf, Report report) throws Exception {
        List<Engine> engines = new ArrayList<>();
        for (int count = 0; count < ENGINES; count++) {
            engines.add(product.provision());
        }
        EngineAccounts accounts = accountsOf.apply(engines);
        measure("awake and idle", accounts);
        sleep("paused", "\"sleep_mode\":\"pause\"", engines, accounts);
        sleep("paused, `memory_reclaim`", "\"sleep_mode\":\"pause\",\"memory_reclaim\":true", engines, accounts);
        String notes = notes();
        sleep("stopped", "\"sleep_mode\":\"stop\"", engines, accounts);
        write(name, accounts.heads(), notes, report);
        for (Engine engine : engines) {
            product.destroy(engine);
        }
    }

    private void sleep(String how, String policy, List<Engine> engines, EngineAccounts accounts) throws Exception {
        product.putToSleep("{\"idle_timeout_s\":1," + policy + "}", engines.size());
        measure(how, accounts);
        for (Engine engine : engines) {
            Engine unused = product.wake(engine);
        }
    }

    private void measure(String how, EngineAccounts accounts) throws IOException, InterruptedException {
        Progress.say(ENGINES + " engines, " + how);
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

    private void write(String name, List<String> heads, String notes, Report report) {
        report.heading(name + ": " + ENGINES + " engines");
        report.table(Report.row("", heads, "CPU, ms in a second"), rows);
        report.paragraph("All engines together; CPU over " + WINDOW.toSeconds()
                + " s. What the sleeps with `memory_reclaim` said: " + notes + ".");
    }
}
