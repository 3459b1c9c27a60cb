package ai.september.bap.process.configuration;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.process.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** What {@code docker-compose.yml} tells each process. */
class ComposeFileTest {

    private static final Path REPOSITORY = Path.of("..");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z][A-Z0-9_]+)");

    private static final Set<String> OPERATORS_KEYS = Set.of("ORCH_MASTER_KEY", "ORCH_ADMIN_KEY");

    /** What is published is said by ORCH_API_PUBLISH; in the container the port is always the same. */
    private static final Set<String> PORTS = Set.of("ORCH_API_PORT", "ORCH_ADMIN_PORT");

    private static final Set<String> OF_SUBPROCESSES =
            Set.of("ORCH_ALLOW_SUBPROCESS", "ORCH_SUBPROCESS_FOLDER", "ORCH_SUBPROCESS_ENGINE");

    @SuppressWarnings("NullAway.Init")
    private Map<String, Object> services;

    @BeforeEach
    void read() throws IOException {
        Map<String, Object> file = new Yaml().load(Files.readString(REPOSITORY.resolve("docker-compose.yml")));
        services = map(file, "services");
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

    private static boolean isTemporals(String name) {
        return name.startsWith("TEMPORAL_");
    }

    private Set<String> environment(String service) {
        return map(map(services, service), "environment").keySet();
    }

    private static Set<String> settings() throws IOException {
        Set<String> names = new TreeSet<>();
        String withoutComments =
                Files.readString(REPOSITORY.resolve("config.yml")).replaceAll("(?m)^ *#.*$", "");
        Matcher variable = VARIABLE.matcher(withoutComments);
        while (variable.find()) {
            names.add(variable.group(1));
        }
        return names;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Map<String, Object> from, String key) {
        return requireNonNull((Map<String, Object>) from.get(key), key);
    }
}
