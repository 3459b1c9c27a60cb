package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The interface describes itself, to programs and to people. */
class DescriptionIT {

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR = Orchestrator.shared();

    private static HttpResponse<String> get(String path) {
        return HttpClient.newHttpClient()
                .sendAsync(
                        HttpRequest.newBuilder(URI.create(ORCHESTRATOR.api() + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .join();
    }

    @Test
    void toProgramsWithoutAKey() throws Exception {
        HttpResponse<String> response = get("/openapi.json");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type").orElse("")).isEqualTo("application/json");
        JsonNode document = new ObjectMapper().readTree(response.body());
        assertThat(document.path("openapi").asText()).startsWith("3.0");
        assertThat(document.at("/info/version").asText()).isNotBlank().isNotEqualTo("unknown");
        List<String> described = new ArrayList<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .fieldNames()
                        .forEachRemaining(method -> described.add(method.toUpperCase(Locale.ROOT) + " "
                                + path.getKey().replaceAll("\\{[a-z_]+}", "{}"))));
        List<String> served = new ArrayList<>(Routes.all());
        served.removeAll(List.of("GET /engines/provision", "DELETE /engines/provision"));
        assertThat(described).containsExactlyInAnyOrderElementsOf(served);
    }

    @Test
    void toPeopleFromThisServerAlone() {
        HttpResponse<String> page = get("/docs");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
                .startsWith("default-src 'none'")
                .doesNotContain("unsafe", "*", "http");
        Matcher links = Pattern.compile("(?:src|href)=\"([^\"]+)\"").matcher(page.body());
        int count = 0;
        while (links.find()) {
            HttpResponse<String> file = get("/" + links.group(1));
            assertThat(file.statusCode()).as(links.group(1)).isEqualTo(200);
            assertThat(file.body()).isNotEmpty();
            count++;
        }
        assertThat(count).isEqualTo(5);
        assertThat(page.body()).doesNotContain("http://", "https://", "style=", "onload");
        HttpResponse<String> otherPath = get("/docs/");
        assertThat(otherPath.statusCode()).isEqualTo(307);
        assertThat(otherPath.headers().firstValue("Location")).contains("../docs");
        ORCHESTRATOR.anonymous().get("/docs/index.html").isRefused(404, "NOT_FOUND");
        ORCHESTRATOR.anonymous().get("/docs/swagger-ui.js").isRefused(404, "NOT_FOUND");
        ORCHESTRATOR.anonymous().get("/docs/%2e%2e%2fbuild.properties").isRefused(404, "NOT_FOUND");
    }
}
