package ai.september.bap.process.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The files under {@code deploy}, as far as they can be judged without the programs that read them. */
class ObservabilityFilesTest {

    private static final Path REPOSITORY = Path.of("..");
    private static final String PAGE = "docs/observability.md";

    @Test
    void everyAlertSaysWhatItMeansAndWhatToDoAboutIt() throws IOException {
        Set<String> sections = sections();
        List<JsonNode> alerts = alerts();

        assertThat(alerts).hasSizeGreaterThan(10);
        for (JsonNode alert : alerts) {
            String name = alert.path("alert").asText();
            assertThat(alert.at("/labels/severity").asText()).as(name).isIn("page", "ticket");
            assertThat(alert.at("/annotations/summary").asText()).as(name).isNotBlank();
            assertThat(alert.at("/annotations/description").asText()).as(name).isNotBlank();
            String[] runbook = alert.at("/annotations/runbook").asText().split("#", 2);
            assertThat(runbook).as(name).hasSize(2).startsWith(PAGE);
            assertThat(sections).as(name).contains(runbook[1]);
        }
    }

    /** What a tool asserts of the rules is said beside them. */
    @Test
    void everyAlertIsTried() throws IOException {
        JsonNode tests = yaml("deploy/prometheus/alerts.test.yml").path("tests");

        assertThat(tests.valueStream().map(test -> test.path("name").asText()))
                .containsExactlyElementsOf(alerts().stream()
                        .map(alert -> alert.path("alert").asText())
                        .toList());
    }

    @Test
    void everyPanelAsksTheDataSourceThatIsProvided() throws IOException {
        String source = yaml("deploy/grafana/provisioning/datasources/prometheus.yml")
                .at("/datasources/0/uid")
                .asText();
        JsonNode dashboard = new ObjectMapper()
                .readTree(REPOSITORY.resolve("deploy/grafana/bap-engine.json").toFile());
        List<JsonNode> panels = dashboard
                .path("panels")
                .valueStream()
                .filter(panel -> !panel.path("type").asText().equals("row"))
                .toList();

        assertThat(panels).hasSizeGreaterThan(15);
        for (JsonNode panel : panels) {
            String title = panel.path("title").asText();
            assertThat(panel.at("/datasource/uid").asText()).as(title).isEqualTo(source);
            assertThat(panel.path("targets").valueStream())
                    .as(title)
                    .isNotEmpty()
                    .allSatisfy(target -> {
                        assertThat(target.path("expr").asText()).isNotBlank();
                        assertThat(target.at("/datasource/uid").asText()).isEqualTo(source);
                    });
        }
    }

    private static List<JsonNode> alerts() throws IOException {
        return yaml("deploy/prometheus/alerts.yml")
                .at("/groups/0/rules")
                .valueStream()
                .toList();
    }

    /** By the names that links have. */
    private static Set<String> sections() throws IOException {
        return Files.readAllLines(REPOSITORY.resolve(PAGE)).stream()
                .filter(line -> line.matches("#+ .+"))
                .map(line -> line.replaceFirst("#+ ", "")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9 -]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    private static JsonNode yaml(String file) throws IOException {
        return new YAMLMapper().readTree(REPOSITORY.resolve(file).toFile());
    }
}
