package ai.september.bap.local.processes;

import ai.september.bap.blackbox.Client;
import ai.september.bap.blackbox.EngineProcesses;
import ai.september.bap.blackbox.Product;
import ai.september.bap.blackbox.SteerableEngine;
import ai.september.bap.local.process.LoopbackPort;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What an operator has on one machine: a folder with a {@code config.yml}, a Temporal, an API and workers. Closing it ends
 * every process of it, engines too.
 */
final class Installation implements AutoCloseable {

    private static final String ADMIN_KEY = "admin-key-of-the-processes";
    private static final String MASTER_KEY = "c2VwdGVtYmVyLWJhcC1lbmdpbmUtdGVzdC1rZXktMDE=";
    private static final String CONFIG = """
            http: {bindHost: 127.0.0.1, apiPort: "${ORCH_API_PORT:-%d}", adminPort: "${ORCH_ADMIN_PORT:-0}"}
            database: {url: "%s"}
            temporal: {%s}
            engine: %s
            """;
    private static final String SUBPROCESS = "{backend: subprocess, allowSubprocess: true}";
    private static final String DOCKER = "{backend: docker, image: \"%s\", network: \"%s\"}";

    private final Path folder;
    private final String databaseUrl;
    private final String engines;
    private final SteerableEngine engine;
    private final int apiPort = LoopbackPort.free(0);
    private final int temporalPort = LoopbackPort.free(0);
    private final List<AutoCloseable> running = new ArrayList<>();

    /** Everything but what runs. */
    Installation(Path folder, String databaseUrl) throws IOException {
        this(folder, databaseUrl, SUBPROCESS);
    }

    private Installation(Path folder, String databaseUrl, String engines) throws IOException {
        this.folder = folder;
        this.databaseUrl = databaseUrl;
        this.engine = SteerableEngine.in(folder);
        this.engines = engines;
        configureTemporal(Map.of("address", temporalAddress()));
    }

    /** Writes the configuration with these settings in its section {@code temporal}. */
    void configureTemporal(Map<String, String> settings) throws IOException {
        String section = settings.entrySet().stream()
                .map(setting -> setting.getKey() + ": \"" + setting.getValue() + "\"")
                .collect(Collectors.joining(", "));
        Files.writeString(folder.resolve("config.yml"), CONFIG.formatted(apiPort, databaseUrl, section, engines));
    }

    /** Where its Temporal is, once it is started. */
    String temporalAddress() {
        return "127.0.0.1:" + temporalPort;
    }

    /** The same, with its Temporal. */
    static Installation withTemporal(Path folder, String databaseUrl) throws IOException {
        Installation installation = new Installation(folder, databaseUrl);
        installation.startTemporal();
        return installation;
    }

    /** One whose engines are containers of an image, on a network of its own, with its Temporal. */
    static Installation withDocker(Path folder, String databaseUrl, String image) throws IOException {
        Installation installation =
                new Installation(folder, databaseUrl, DOCKER.formatted(image, "bap-test-" + UUID.randomUUID()));
        installation.startTemporal();
        return installation;
    }

    void startTemporal() {
        running.add(TemporalServer.start(temporalPort));
    }

    Program migrate() throws IOException {
        return program(Map.of(), "db", "migrate", "config.yml");
    }

    Program rotateMasterKey(String masterKeys) throws IOException {
        return program(Map.of("ORCH_MASTER_KEYS", masterKeys), "rotate-master-key", "config.yml");
    }

    Program api() throws IOException {
        return api(apiPort);
    }

    /** One more replica of the API, on a port of its own. */
    Program api(int port) throws IOException {
        return program(
                Map.of(
                        "ORCH_MASTER_KEY", MASTER_KEY,
                        "ORCH_ADMIN_KEY", ADMIN_KEY,
                        "ORCH_API_PORT", Integer.toString(port)),
                "api",
                "config.yml");
    }

    Program worker() throws IOException {
        return worker("local");
    }

    /** The worker of a host with a folder and ports of its own. */
    Program worker(String host) throws IOException {
        return worker(host, stateOf(host));
    }

    /** A worker that says it is of that host, whosever folder it works in. */
    Program worker(String host, Path state) throws IOException {
        return worker(host, state, Map.of());
    }

    /** The worker of host {@code local} with further variables. */
    Program localWorker(Map<String, String> more) throws IOException {
        return worker("local", stateOf("local"), more);
    }

    private Program worker(String host, Path state, Map<String, String> more) throws IOException {
        int lowestPort = host.equals("local") ? 25001 : 25501;
        Map<String, String> variables = new HashMap<>(Map.of("LLM_PROVIDER", "echo"));
        variables.put("ORCH_HOST_ID", host);
        variables.put("ORCH_SUBPROCESS_FOLDER", state.toString());
        variables.put("ORCH_SUBPROCESS_ENGINE", engine.distribution().toString());
        // The in-process Temporal never takes a run back that a worker keeps in its cache, not even from a dead one.
        variables.put("ORCH_WORKER_CACHED_RUNS", "0");
        variables.put("ORCH_PORT_MIN", Integer.toString(lowestPort));
        variables.put("ORCH_PORT_MAX", Integer.toString(lowestPort + 400));
        variables.putAll(more);
        return worker(variables);
    }

    /** A worker in an environment of these variables. */
    Program worker(Map<String, String> variables) throws IOException {
        return program(variables, "worker", "config.yml");
    }

    private Program program(Map<String, String> variables, String... arguments) throws IOException {
        Program program = Program.start(folder, variables, arguments);
        running.add(program);
        return program;
    }

    /** {@code bap doctor}, with these arguments. */
    Program doctor(Map<String, String> variables, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("doctor"));
        all.addAll(List.of(arguments));
        return program(variables, all.toArray(String[]::new));
    }

    /** A new product of this installation, without limits. */
    Product register(String slug) {
        return register(slug, "{}");
    }

    /** A new product with a policy. */
    Product register(String slug, String policy) {
        Client.Reply reply = Client.operator(apiUri(), ADMIN_KEY)
                .post(
                        "/products/register",
                        "{\"slug\":\"%s\",\"display_name\":\"Product\",\"policy\":%s}".formatted(slug, policy))
                .isOk();
        String key = reply.text("/platform_api_key");
        return new Product(reply.text("/product_id"), slug, key, Client.product(apiUri(), key));
    }

    URI apiUri() {
        return URI.create("http://127.0.0.1:" + apiPort);
    }

    /** Steers engines that boot. */
    SteerableEngine engine() {
        return engine;
    }

    /** The processes of an engine. */
    List<Long> processesOf(String engineId) {
        return EngineProcesses.of(folder, engineId);
    }

    /** Whether that host's folder holds the engine. */
    boolean isOn(String host, String engineId) {
        return Files.isDirectory(stateOf(host).resolve("engines").resolve(engineId));
    }

    Path stateOf(String host) {
        return folder.resolve("state-" + host);
    }

    /** In reverse order: the programs before their Temporal. */
    @Override
    public void close() throws Exception {
        for (int i = running.size(); i > 0; i--) {
            running.get(i - 1).close();
        }
        EngineProcesses.end(folder);
    }
}
