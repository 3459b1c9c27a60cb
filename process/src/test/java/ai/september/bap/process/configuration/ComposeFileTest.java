package ai.september.bap.process.configuration;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.process.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** What {@code docker-compose.yml} tells each process. */
class ComposeFileTest {

    private static final Path REPOSITORY = Path.of("..");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z][A-Z0-9_]+)");

    private static final Set<String> OPERATORS_KEYS =
            Set.of("ORCH_MASTER_KEY", "ORCH_MASTER_KEYS", "ORCH_ADMIN_KEY", "ORCH_ADMIN_KEYS");

    /** What is published is said by ORCH_API_PUBLISH; in the container the port is always the same. */
    private static final Set<String> PORTS = Set.of("ORCH_API_PORT", "ORCH_ADMIN_PORT");

    private static final Set<String> OF_SUBPROCESSES =
            Set.of("ORCH_ALLOW_SUBPROCESS", "ORCH_SUBPROCESS_FOLDER", "ORCH_SUBPROCESS_ENGINE");

    private static final Pattern EXAMPLE = Pattern.compile("(?m)^#?([A-Z][A-Z0-9_]+)=");

    @SuppressWarnings("NullAway.Init")
    private Map<String, @Nullable Object> services;

    @BeforeEach
    void read() throws IOException {
        services = map(new Yaml().load(text("docker-compose.yml")), "services");
    }

    @Test
    void everyVariableOfTheFileIsExplained() throws IOException {
        Set<String> used = names(VARIABLE, withoutComments("docker-compose.yml"));
        services.keySet().forEach(service -> used.addAll(handedOn(service)));
        Set<String> explained = names(EXAMPLE, text(".env.example"));
        explained.addAll(settings());

        assertThat(used)
                .contains("ORCH_MASTER_KEY", "TEMPORAL_UI_PUBLISH", "LLM_MODEL")
                .isSubsetOf(explained);
    }

    /** Variables that a service gets as they are: names without a value. */
    private Set<String> handedOn(String service) {
        Set<String> names = new TreeSet<>();
        environmentOf(service).forEach((name, value) -> {
            if (value == null) {
                names.add(name);
            }
        });
        return names;
    }

    @Test
    void everySettingReachesAProcess() throws IOException {
        Set<String> told = new TreeSet<>(environment("orchestrator"));
        told.addAll(environment("worker"));

        Set<String> missing = settings();
        missing.removeAll(told);
        missing.removeAll(PORTS);
        missing.removeAll(OF_SUBPROCESSES);
        assertThat(missing).isEmpty();
    }

    @Test
    void onlyTheApiKnowsTheOperatorsKeys() {
        assertThat(environment("orchestrator")).containsAll(OPERATORS_KEYS);
        for (String service : services.keySet()) {
            if (!service.equals("orchestrator")) {
                assertThat(environment(service)).as(service).doesNotContainAnyElementsOf(OPERATORS_KEYS);
            }
        }
    }

    @Test
    void onlyTheWorkerKnowsTheProvidersKeysAndSeesTheSocket() {
        for (String service : services.keySet()) {
            boolean worker = service.equals("worker");
            assertThat(environment(service).stream().anyMatch(name -> name.endsWith("_API_KEY") && !isTemporals(name)))
                    .as(service)
                    .isEqualTo(worker);
            assertThat(map(services, service).toString().contains("docker.sock"))
                    .as(service)
                    .isEqualTo(worker);
        }
    }

    @Test
    void everyEngineVariableThatIsPassedThroughByDefaultReachesTheWorker() {
        assertThat(environment("worker"))
                .containsAll(ConfigurationLoader.load(Role.WORKER, Variables.complete())
                        .engine()
                        .envPassthrough());
    }

    /** By which networks they are on. */
    @Test
    void whoReadsMetricsGetsToApiAndWorkersAndToNobodyElse() {
        Set<String> prometheus = networks("prometheus");

        assertThat(prometheus).contains("admin");
        for (String service : services.keySet()) {
            boolean reachable = networks(service).stream().anyMatch(prometheus::contains);
            assertThat(reachable)
                    .as(service)
                    .isEqualTo(Set.of("orchestrator", "worker", "prometheus", "grafana")
                            .contains(service));
        }
        assertThat(networks("grafana")).as("not even to the admin ports").doesNotContain("admin");
    }

    private Set<String> networks(String service) {
        Object networks = requireNonNull(map(services, service).get("networks"), service);
        Set<String> names = new TreeSet<>();
        (networks instanceof Map<?, ?> byName ? byName.keySet() : (Collection<?>) networks)
                .forEach(name -> names.add(String.valueOf(name)));
        return names;
    }

    @Test
    void nothingThatObservesStartsUnasked() {
        for (String service : services.keySet()) {
            assertThat(map(services, service).containsKey("profiles"))
                    .as(service)
                    .isEqualTo(Set.of("prometheus", "grafana").contains(service));
        }
    }

    private static boolean isTemporals(String name) {
        return name.startsWith("TEMPORAL_");
    }

    private Set<String> environment(String service) {
        return environmentOf(service).keySet();
    }

    private Map<String, @Nullable Object> environmentOf(String service) {
        Map<String, @Nullable Object> told = map(services, service);
        return told.containsKey("environment") ? map(told, "environment") : Map.of();
    }

    private static Set<String> settings() throws IOException {
        return names(VARIABLE, withoutComments("config.yml"));
    }

    private static Set<String> names(Pattern pattern, String text) {
        Set<String> names = new TreeSet<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }

    private static String withoutComments(String file) throws IOException {
        return text(file).replaceAll("(?m)^ *#.*$", "");
    }

    private static String text(String file) throws IOException {
        return Files.readString(REPOSITORY.resolve(file));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, @Nullable Object> map(Map<String, @Nullable Object> from, String key) {
        return requireNonNull((Map<String, @Nullable Object>) from.get(key), key);
    }
}
