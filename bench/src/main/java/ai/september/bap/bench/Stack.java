package ai.september.bap.bench;

import ai.september.bap.api.ApiApplication;
import ai.september.bap.local.Versions;
import ai.september.bap.local.home.BapHome;
import ai.september.bap.local.postgres.EmbeddedPostgres;
import ai.september.bap.local.process.SearchPath;
import ai.september.bap.local.stage.Running;
import ai.september.bap.local.stage.Stage;
import ai.september.bap.local.temporal.TemporalChoice;
import ai.september.bap.process.Role;
import ai.september.bap.process.configuration.ConfigurationLoader;
import ai.september.bap.process.configuration.OrchestratorConfiguration;
import ai.september.bap.process.server.RunningServer;
import ai.september.bap.worker.EnginesAtEnd;
import ai.september.bap.worker.WorkerApplication;
import com.codahale.metrics.MetricRegistry;
import io.dropwizard.core.Application;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The whole orchestrator in this JVM, of the parts and with the durability of {@code ./bap dev}. */
final class Stack implements Orchestrator {

    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final String ADMIN_KEY = "dev-admin-key";
    static final String ENGINE_IMAGE = "september-engine:2.3.0";
    static final String MASTER_KEY = "c2VwdGVtYmVyLWJhcC1lbmdpbmUtYmVuY2gta2V5LTE=";

    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    private final Map<String, String> variables = new HashMap<>(System.getenv());
    private final Path folder;
    private final Map<String, String> given;
    private @Nullable BenchWorker worker;

    /** Which Temporal. */
    enum Temporal {
        IN_PROCESS("the in-process Temporal"),
        DEV_SERVER("Temporal's dev server");

        private final String label;

        Temporal(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }

        boolean isThere() {
            return this == IN_PROCESS
                    || SearchPath.of(System.getenv()).find("temporal").isPresent();
        }

        /** Without a path no dev server is found, and the in-process one is taken. */
        private Map<String, String> environment(Map<String, String> given) {
            Map<String, String> environment = new HashMap<>(given);
            environment.remove("TEMPORAL_ADDRESS");
            if (this == IN_PROCESS) {
                environment.remove("PATH");
            }
            return environment;
        }
    }

    private Stack(Path folder, Map<String, String> settings) {
        this.folder = folder;
        this.given = Map.copyOf(settings);
    }

    /** Starts everything, its state under {@code folder}; closed at the latest when this JVM ends. */
    static Stack start(Path folder, Temporal temporal) throws Exception {
        return start(folder, temporal, Map.of());
    }

    /** The same with these variables over its own. */
    static Stack start(Path folder, Temporal temporal, Map<String, String> settings) throws Exception {
        Stack stack = new Stack(folder, settings);
        Thread atExit = new Thread(stack::close, "stack-close");
        Runtime.getRuntime().addShutdownHook(atExit);
        stack.start(temporal);
        return stack;
    }

    private synchronized void start(Temporal temporal) throws Exception {
        BapHome home = BapHome.open(folder);
        running.push(home);
        stage(new EmbeddedPostgres(home, Versions.ofThisBuild().postgres()), System.getenv());
        stage(new TemporalChoice(home), temporal.environment(variables));
        settings();
        BenchApi api = new BenchApi();
        OrchestratorConfiguration configuration = ConfigurationLoader.load(Role.API, variables);
        configuration.getLoggingFactory().configure(new MetricRegistry(), "bench");
        worker = new BenchWorker(new WorkerApplication(variables, EnginesAtEnd.STOP));
        serve(worker, ConfigurationLoader.load(Role.WORKER, variables));
        RunningServer server = serve(api, configuration);
        variables.put("ORCH_API_PORT", Integer.toString(server.apiPort()));
    }

    private void stage(Stage stage, Map<String, String> environment) throws InterruptedException {
        Running part = stage.start(environment, new Progress());
        Progress.say(stage.name() + ": " + part.summary());
        running.push(() -> part.stop().within(GRACE));
        variables.putAll(part.environment());
    }

    /** One more replica of the API, as it is: without what it is compared with. */
    synchronized Api addReplica() throws Exception {
        Map<String, String> own = new HashMap<>(variables);
        own.put("ORCH_API_PORT", "0");
        return api(serve(new ApiApplication(), ConfigurationLoader.load(Role.API, own))
                .apiPort());
    }

    /** One more as a process of its own, with what it is compared with; its name is that of its connections. */
    synchronized ReplicaProcess addReplicaProcess(String name) throws IOException, InterruptedException {
        ReplicaProcess replica = ReplicaProcess.start(name, variables, ADMIN_KEY);
        running.push(replica);
        return replica;
    }

    private static Api api(@Nullable Object port) {
        return new Api(URI.create("http://127.0.0.1:" + port), ADMIN_KEY);
    }

    private RunningServer serve(
            Application<OrchestratorConfiguration> application, OrchestratorConfiguration configuration)
            throws Exception {
        RunningServer server = RunningServer.start(application, configuration);
        running.push(server);
        return server;
    }

    private void settings() {
        variables.put("ORCH_MASTER_KEY", MASTER_KEY);
        variables.put("ORCH_ADMIN_KEY", ADMIN_KEY);
        variables.put("ORCH_BIND_HOST", "127.0.0.1");
        variables.put("ORCH_API_PORT", "0");
        variables.put("ORCH_ADMIN_PORT", "0");
        variables.put("ORCH_ENGINE_BACKEND", "subprocess");
        variables.put("ORCH_ENGINE_IMAGE", ENGINE_IMAGE);
        variables.put("ORCH_ALLOW_SUBPROCESS", "true");
        variables.put("ORCH_SUBPROCESS_FOLDER", folder.toString());
        variables.put("ORCH_SUBPROCESS_ENGINE", EngineKit.DISTRIBUTION.toString());
        // Out of the way of whatever else runs here, and below the ports that clients get.
        variables.put("ORCH_PORT_MIN", "17001");
        variables.put("ORCH_PORT_MAX", "17999");
        variables.put("LLM_PROVIDER", "echo");
        variables.putAll(given);
    }

    @Override
    public Api api() {
        return api(variables.get("ORCH_API_PORT"));
    }

    @Override
    public String databaseUrl() {
        return String.valueOf(variables.get("ORCH_DATABASE_URL"));
    }

    /** Its worker, for what a client cannot do. */
    BenchWorker worker() {
        return Objects.requireNonNull(worker, "started");
    }

    /** Where Temporal is. */
    String temporalAddress() {
        return String.valueOf(variables.get("TEMPORAL_ADDRESS"));
    }

    @Override
    public synchronized void close() {
        while (!running.isEmpty()) {
            try {
                running.pop().close();
            } catch (Exception failed) {
                Progress.say("could not be stopped in order: " + failed);
            }
        }
    }
}
