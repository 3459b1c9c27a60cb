package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

/** After a full tour, failures included: no secret rests anywhere, and no user id where it does not belong. */
class SecretsIT {

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR = Orchestrator.shared();

    private static final String USER = "user-of-the-secrets-tour";
    private static final String PROVISION = "{\"auto_provision\":true}";

    private static final Logger ROOT = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private static final RecordedLog LOG = new RecordedLog();
    private static final Map<String, String> SECRETS = new LinkedHashMap<>();

    @SuppressWarnings("NullAway.Init")
    private static Level levelBefore;

    @SuppressWarnings("NullAway.Init")
    private static String processes;

    @SuppressWarnings("NullAway.Init")
    private static Product product;

    @BeforeAll
    static void tour() {
        levelBefore = ROOT.getLevel();
        ROOT.setLevel(Level.INFO);
        LOG.start();
        ROOT.addAppender(LOG);
        SECRETS.put("master key", Orchestrator.MASTER_KEY);
        SECRETS.put("admin key", Orchestrator.ADMIN_KEY);
        SECRETS.put("provider key", Orchestrator.PROVIDER_KEY);
        SECRETS.put("key in an engine's output", SteerableEngine.KEY_IN_OUTPUT);

        product = ORCHESTRATOR.register("secrets");
        SECRETS.put("platform key", product.platformKey());
        SECRETS.put("first engine key", product.admit(USER, PROVISION).isOk().text("/engine/api_key"));
        EngineClient.of(product.get(USER).body()).say("task", "hello");
        SECRETS.put("second engine key", product.post(USER, "rotate-key").isOk().text("/api_key"));
        processes = processes();
        product.post(USER, "stop").isOk();
        product.admit(USER, PROVISION).isDenied("engine_stopped");
        try (SteerableEngine.Steering exits = ORCHESTRATOR.engine().exiting()) {
            product.post(USER, "start").isRefused(502, "BACKEND_ERROR");
            product.admit(USER + "/2", PROVISION).isRefused(502, "BACKEND_ERROR");
        }
        SECRETS.put("third engine key", product.get(USER + "/2").text("/api_key"));
        refusals();
        product.post(USER, "start").isOk();
        product.destroy(USER + "/2").isOk();
    }

    private static void refusals() {
        product.get(USER + "/3").isRefused(404, "ENGINE_NOT_FOUND");
        product.admit(USER, "[]").isRefused(400, "INVALID_REQUEST");
        product.client()
                .post("/engines/provision", Client.json("user_id", USER))
                .isRefused(409, "ENGINE_ALREADY_EXISTS");
        Client.product(ORCHESTRATOR.api(), product.platformKey() + "x")
                .get("/engines")
                .isRefused(401, "INVALID_PLATFORM_KEY");
        Client.operator(ORCHESTRATOR.api(), Orchestrator.ADMIN_KEY + "x")
                .put("/products/x/policy", "{}")
                .isRefused(401, "INVALID_ADMIN_KEY");
    }

    private static String processes() {
        return ProcessHandle.allProcesses()
                .map(process -> commandLine(process.pid()))
                .collect(Collectors.joining("\n"));
    }

    private static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }

    @AfterAll
    static void detach() {
        ROOT.detachAppender(LOG);
        ROOT.setLevel(levelBefore);
    }

    private static void assertNoSecretIn(String where, String text) {
        SECRETS.forEach((name, secret) -> {
            assertThat(secret).as(name).hasSizeGreaterThan(20);
            assertThat(text.contains(secret)).as(name + " in " + where).isFalse();
        });
    }

    @Test
    void noneInTheDatabase() {
        List<String> tables = ORCHESTRATOR
                .sql()
                .withHandle(handle -> handle.createQuery(
                                "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
                        .mapTo(String.class)
                        .list());
        assertThat(tables).contains("engines", "operations", "audit_log", "products", "platform_keys");
        for (String table : tables) {
            assertNoSecretIn(table, content(table));
        }
        assertThat(content("engines")).as("this is how a finding would look").contains(USER);
        assertThat(content("operations")).as("masked output").contains("[REDACTED]", SteerableEngine.LAST_WORDS);
    }

    private static String content(String table) {
        try (Handle handle = ORCHESTRATOR.sql().open()) {
            return String.join(
                    "\n",
                    handle.createQuery("SELECT t::text FROM " + table + " AS t")
                            .mapTo(String.class)
                            .list());
        }
    }

    /** A run in Temporal. */
    public record Run(String engineId, String runId) {}

    @Test
    void neitherSecretNorUserInTemporal() {
        List<Run> runs = ORCHESTRATOR
                .sql()
                .withHandle(handle -> handle.createQuery(
                                "SELECT engine_id, run_id FROM operations WHERE run_id IS NOT NULL AND product_id = ?::uuid")
                        .bind(0, product.productId())
                        .map((row, context) -> new Run(row.getString("engine_id"), row.getString("run_id")))
                        .list());
        assertThat(runs).hasSizeGreaterThanOrEqualTo(6);
        for (Run run : runs) {
            // Payloads are in there as they are, so a secret would be as well.
            String history = ORCHESTRATOR
                    .workflows()
                    .fetchHistory("engine/" + run.engineId(), run.runId())
                    .getHistory()
                    .toByteString()
                    .toString(StandardCharsets.ISO_8859_1);
            assertThat(history).as("attributes included").contains(run.engineId(), "BapProduct", "BapOutcome");
            assertNoSecretIn("the history of " + run, history);
            assertThat(history).doesNotContain("secrets-tour", SteerableEngine.LAST_WORDS);
        }
    }

    @Test
    void neitherSecretNorUserInTheLog() {
        String log = LOG.events().stream()
                .map(event -> event.getFormattedMessage()
                        + event.getMDCPropertyMap()
                        + event.getThreadName()
                        + (event.getThrowableProxy() == null
                                ? ""
                                : ThrowableProxyUtil.asString(event.getThrowableProxy())))
                .collect(Collectors.joining("\n"));
        assertThat(log).as("this is how a finding would look").contains("/engines/{user_id}", "route=/engines");
        assertNoSecretIn("the log", log);
        assertThat(log).doesNotContain("secrets-tour");
    }

    @Test
    void noneInProcessArguments() {
        assertThat(processes).as("this is how a finding would look").contains("ai.september.engine.Main");
        assertNoSecretIn("process arguments", processes);
        assertThat(processes).doesNotContain("secrets-tour");
    }

    /** The environment is the contract's way; what lies on disk outlives it. The output of engines is theirs alone. */
    @Test
    void noneInTheStateFolder() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(ORCHESTRATOR.folder().resolve("state"))) {
            files = all.filter(Files::isRegularFile).toList();
        }
        assertThat(files).anyMatch(file -> file.endsWith("brain.sqlite"));
        for (Path file : files) {
            assertNoSecretIn(file.toString(), new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
            assertThat(file.toString()).doesNotContain("secrets-tour");
        }
    }

    @Test
    void noneInAnswersThatAreNotForThem() {
        String answers = Stream.of("/engines", "/audit?limit=1000", "/status", "/metrics")
                .map(path -> product.client().get(path).isOk().raw().body())
                .collect(Collectors.joining("\n"));
        assertNoSecretIn("lists", answers);
    }
}
