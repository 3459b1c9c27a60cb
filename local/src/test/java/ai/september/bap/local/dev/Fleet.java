package ai.september.bap.local.dev;

import ai.september.bap.blackbox.Client;
import ai.september.bap.testing.Await;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What really runs on behalf of one state folder, against what the orchestrator says. */
final class Fleet {

    private final Path home;

    Fleet(Path home) {
        this.home = home;
    }

    /** Where rows, processes and keys disagree; empty if they agree, within the time that open operations need. */
    List<String> whatIsWrong(Client product) {
        List<String> wrong = new ArrayList<>();
        Await.atMost(Duration.ofSeconds(90), "every operation to end").until(() -> openOperations() == 0);
        List<String> known = new ArrayList<>();
        for (JsonNode engine : product.get("/engines").body().get("engines")) {
            String id = engine.get("engine_id").asText();
            known.add(id);
            compare(product, engine, id, wrong);
        }
        processes().stream()
                .filter(process -> isEngine(process)
                        && known.stream().noneMatch(id -> environment(process).contains(id)))
                .forEach(process -> wrong.add("process " + process.pid() + " belongs to no engine"));
        return wrong;
    }

    private void compare(Client product, JsonNode engine, String id, List<String> wrong) {
        boolean running = engine.get("status").asText().equals("running");
        long processes = processes().stream()
                .filter(process -> isEngine(process) && environment(process).contains(id))
                .count();
        if (processes != (running ? 1 : 0)) {
            wrong.add("engine " + id + " is " + engine.get("status") + " with " + processes + " processes");
        }
        if (running && !keyWorks(product, engine)) {
            wrong.add("engine " + id + " does not accept its key");
        }
    }

    private static boolean keyWorks(Client product, JsonNode engine) {
        Client.Reply full = product.get("/engines/" + engine.get("user_id").asText());
        int status = Client.anonymous(URI.create(full.text("/url")))
                .with("X-Engine-Key", full.text("/api_key"))
                .get("/nowhere")
                .status();
        return status == 404;
    }

    private long openOperations() throws SQLException, IOException {
        String port = Files.readString(home.resolve("postgres/port")).strip();
        String password = Files.readString(home.resolve("postgres/password")).strip();
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + port + "/orchestrator", USER, password);
                Statement statement = connection.createStatement();
                ResultSet open = statement.executeQuery(
                        "SELECT count(*) FROM operations WHERE status IN ('pending', 'running')")) {
            open.next();
            return open.getLong(1);
        }
    }

    private static final String USER = "orchestrator";

    /** Everything that runs from the state folder: PostgreSQL, Temporal, engines. */
    List<ProcessHandle> processes() {
        return ProcessHandle.allProcesses()
                .filter(process -> isEngine(process) || isServer(process))
                .toList();
    }

    /** Kill -9 of PostgreSQL and Temporal. */
    void killAllButEngines() {
        ProcessHandle.allProcesses().filter(this::isServer).forEach(ProcessHandle::destroyForcibly);
    }

    /** Kill -9 of everything. */
    void kill() {
        processes().forEach(ProcessHandle::destroyForcibly);
    }

    private boolean isEngine(ProcessHandle process) {
        return environment(process).contains("SQLITE_DB_PATH=" + home);
    }

    private boolean isServer(ProcessHandle process) {
        String commandLine = read(process, "cmdline");
        return (commandLine.contains("postgres") || commandLine.contains("temporal"))
                && commandLine.contains(home + "/");
    }

    private static String environment(ProcessHandle process) {
        return read(process, "environ");
    }

    private static String read(ProcessHandle process, String what) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), what), StandardCharsets.ISO_8859_1);
        } catch (IOException goneOrNotOurs) {
            return "";
        }
    }
}
