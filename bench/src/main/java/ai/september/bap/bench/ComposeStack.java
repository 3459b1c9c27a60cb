package ai.september.bap.bench;

import ai.september.bap.local.process.SearchPath;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The stack of {@code docker-compose.yml} as its users run it, with names, ports and a network of its own. It is reached as
 * from the daemon's machine: the API where it is published, PostgreSQL and Temporal at their containers' addresses.
 */
final class ComposeStack implements Orchestrator {

    private static final String PROJECT = "bap-bench";
    private static final String NETWORK = "bap-bench-engines";
    private static final String API = "127.0.0.1:28000";
    private static final String ADMIN_KEY = "dev-admin-key";

    /** Of one engine's container or volume, whoever's engine it is. */
    private static final String ENGINE_LABEL = "ai.september.bap.engine";

    /** Of the five digits the first two. */
    static final String PORTS_BEGIN_WITH = "29";

    static final String ENGINE_IMAGE = "bap-bench-engine:local";
    static final String ORCHESTRATOR_IMAGE = "bap-bench-orchestrator:local";
    static final String BASE_IMAGE = System.getenv().getOrDefault("JRE_IMAGE", "eclipse-temurin:25-jre");

    private final Command command;
    private String databaseUrl = "";
    private String temporalAddress = "";
    private boolean up;

    private ComposeStack(Map<String, String> settings) {
        Map<String, String> variables = new HashMap<>(Map.of(
                "COMPOSE_PROJECT_NAME", PROJECT,
                "ORCHESTRATOR_IMAGE", ORCHESTRATOR_IMAGE,
                "ORCH_ENGINE_IMAGE", ENGINE_IMAGE,
                "ORCH_ENGINE_NETWORK", NETWORK,
                "ORCH_API_PUBLISH", API,
                "TEMPORAL_UI_PUBLISH", "127.0.0.1:28080",
                "ORCH_MASTER_KEY", Stack.MASTER_KEY,
                "ORCH_ADMIN_KEY", ADMIN_KEY,
                "LLM_PROVIDER", "echo"));
        variables.put("ORCH_PORT_MIN", PORTS_BEGIN_WITH + "001");
        variables.put("ORCH_PORT_MAX", PORTS_BEGIN_WITH + "499");
        // Fifty idle engines need a quarter of what is set aside for them.
        variables.put("ORCH_HOST_MEMORY_BUDGET", "16g");
        variables.put("DOCKER_BUILDKIT", "1");
        variables.putAll(settings);
        this.command = new Command(variables);
    }

    /** Whether there is a Docker with Compose. */
    static boolean isThere() throws InterruptedException {
        try {
            return SearchPath.of(System.getenv()).find("docker").isPresent()
                    && !new Command(Map.of())
                            .run("docker", "compose", "version")
                            .isEmpty();
        } catch (IOException notThere) {
            return false;
        }
    }

    /** Builds both images from what lies here. */
    static void build() throws IOException, InterruptedException {
        ComposeStack stack = new ComposeStack(Map.of());
        Progress.say("building the images");
        stack.compose("build", "--quiet", "orchestrator");
        List<String> engine =
                new ArrayList<>(List.of("docker", "build", "--quiet", "-t", ENGINE_IMAGE, "--target", "prod"));
        for (String base : List.of("JDK_IMAGE", "JRE_IMAGE")) {
            if (System.getenv(base) != null) {
                engine.addAll(List.of("--build-arg", base));
            }
        }
        engine.add("engine");
        stack.command.run(engine);
    }

    /** Starts it, on empty databases, of images that were built before; ends at the latest with this JVM. */
    static ComposeStack start(Map<String, String> settings) throws IOException, InterruptedException {
        ComposeStack stack = new ComposeStack(settings);
        stack.takeDown();
        Runtime.getRuntime().addShutdownHook(new Thread(stack::close, "compose-down"));
        stack.up = true;
        stack.compose("up", "-d", "postgres", "orchestrator");
        stack.databaseUrl = "postgresql://orch_user:orch_local_dev@" + stack.address("postgres") + ":5432/orchestrator";
        stack.temporalAddress = stack.address("temporal") + ":7233";
        stack.api().awaitHealthy();
        return stack;
    }

    /** Runs so many workers; returns when all of them work. */
    void scale(int workers) throws IOException, InterruptedException {
        compose("up", "-d", "--wait", "--no-recreate", "--scale", "worker=" + workers);
    }

    /** The containers of a service. */
    List<String> containers(String service) throws IOException, InterruptedException {
        return compose("ps", "-q", service).lines().toList();
    }

    /** The containers of engines, running or not. */
    List<String> engines() throws IOException, InterruptedException {
        return command.words(
                "docker", "ps", "-aq", "--filter", "label=" + ENGINE_LABEL, "--filter", "network=" + NETWORK);
    }

    /** The first processes of containers; 0 of those that do not run. */
    List<String> processes(List<String> containers) throws IOException, InterruptedException {
        List<String> inspect = new ArrayList<>(List.of("docker", "inspect", "-f", "{{.State.Pid}}"));
        inspect.addAll(containers);
        return command.run(inspect).lines().toList();
    }

    /** The {@code docker} command, in the stack's environment. */
    Command docker() {
        return command;
    }

    String network() {
        return NETWORK;
    }

    @Override
    public Api api() {
        return new Api(URI.create("http://" + API), ADMIN_KEY);
    }

    @Override
    public String databaseUrl() {
        return databaseUrl;
    }

    /** Where Temporal is. */
    String temporalAddress() {
        return temporalAddress;
    }

    private String address(String service) throws IOException, InterruptedException {
        String format = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
        return command.run(
                "docker", "inspect", "-f", format, containers(service).get(0));
    }

    private String compose(String... arguments) throws IOException, InterruptedException {
        // Not the .env that may lie here.
        List<String> line = new ArrayList<>(List.of("docker", "compose", "--env-file", "/dev/null"));
        line.addAll(List.of(arguments));
        return command.run(line);
    }

    @Override
    public synchronized void close() {
        if (up) {
            up = false;
            takeDown();
        }
    }

    /** Ends all of it, also what an earlier run has left: its engines with their volumes, and their network. */
    private void takeDown() {
        try {
            compose("down", "--volumes", "--remove-orphans", "--timeout", "10");
            // The network bears the id of the installation that made it, as everything else of it does.
            for (String network :
                    command.words("docker", "network", "ls", "-q", "--filter", "name=^" + NETWORK + "$")) {
                String installation = command.run(
                        "docker",
                        "network",
                        "inspect",
                        "-f",
                        "{{index .Labels \"ai.september.bap.installation\"}}",
                        network);
                command.run(".ci/remove-installation", installation);
            }
        } catch (IOException | InterruptedException failed) {
            Progress.say("could not be taken down in order: " + failed.getMessage());
        }
    }
}
