package ai.september.bap.local.dev;

import ai.september.bap.blackbox.Product;
import ai.september.bap.testing.Await;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What really runs on behalf of one state folder, against what the orchestrator says. */
final class Fleet {

    private final Path home;
    private final StateDatabase database;

    Fleet(Path home) {
        this.home = home;
        this.database = new StateDatabase(home);
    }

    /** Where rows, processes and keys disagree; empty if they agree, within the time that open operations need. */
    List<String> whatIsWrong(Product product) {
        Await.atMost(Duration.ofSeconds(90), "every operation to end")
                .until(() -> database.open().isEmpty());
        List<String> wrong = new ArrayList<>();
        List<String> known = new ArrayList<>();
        for (JsonNode engine : rows(product)) {
            String id = engine.get("engine_id").asText();
            known.add(id);
            int processes = processesOf(id).size();
            if (processes != (isRunning(engine) ? 1 : 0)) {
                wrong.add("engine " + id + " is " + engine.get("status") + " with " + processes + " processes");
            }
        }
        running(product).stream()
                .filter(engine -> !engine.acceptsOnlyItsKey())
                .forEach(engine -> wrong.add("engine " + engine.engineId() + " does not accept its key, and no other"));
        engines()
                .filter(process ->
                        known.stream().noneMatch(id -> environment(process).contains(id)))
                .forEach(process -> wrong.add("process " + process.pid() + " belongs to no engine"));
        return wrong;
    }

    /** The engines that run, by their rows and as processes. */
    List<LiveEngine> running(Product product) {
        return rows(product).stream()
                .filter(Fleet::isRunning)
                .map(row -> product.get(row.get("user_id").asText()).isOk().body())
                .flatMap(engine -> processesOf(engine.get("engine_id").asText()).stream()
                        .map(process -> new LiveEngine(
                                engine.get("engine_id").asText(),
                                engine.get("user_id").asText(),
                                engine.get("url").asText(),
                                engine.get("api_key").asText(),
                                process.pid())))
                .toList();
    }

    private static List<JsonNode> rows(Product product) {
        JsonNode engines = product.client().get("/engines").isOk().body().get("engines");
        return StreamSupport.stream(engines.spliterator(), false).toList();
    }

    private static boolean isRunning(JsonNode engine) {
        return engine.get("status").asText().equals("running");
    }

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

    private Stream<ProcessHandle> engines() {
        return ProcessHandle.allProcesses().filter(this::isEngine);
    }

    private List<ProcessHandle> processesOf(String engineId) {
        return engines()
                .filter(process -> environment(process).contains(engineId))
                .toList();
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
