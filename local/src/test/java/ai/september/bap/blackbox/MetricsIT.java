package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.testing.Await;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** All metrics of both processes after a tour of everything there is, against what is written about them. */
class MetricsIT {

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR =
            new Orchestrator(Map.of("ORCH_PORT_MIN", "25001", "ORCH_PORT_MAX", "25999"));

    private static final String USER = "metrics-user";
    private static final Path REPOSITORY = Path.of("..");
    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    /** Prometheus' own. */
    private static final Set<String> OWN = Set.of("up");

    private static Exposition metrics = new Exposition(List.of());
    private static List<String> secrets = List.of();

    @BeforeAll
    static void tour() throws Exception {
        Product product = ORCHESTRATOR.register("metrics-tour", "{\"max_engines\":2}");
        String policy = "/products/" + product.productId() + "/policy";
        ORCHESTRATOR.operator().put(policy, "{\"policy\":{\"max_engines\":2}}").isOk();
        Client.Reply engine = product.provision(USER);
        String operation = lifecycle(product);
        for (String path :
                List.of("/health", "/engines", "/status", "/metrics", "/audit", "/operations/" + operation)) {
            product.client().get(path).isOk();
        }
        refusals(product, policy);
        String left = withoutTemporal(product);
        product.destroy(USER).isOk();
        secrets = List.of(
                USER,
                product.slug(),
                product.productId(),
                product.platformKey(),
                engine.text("/engine_id"),
                engine.text("/api_key"),
                operation,
                left);
        Await.atMost(Duration.ofSeconds(30), "the SDK has reported what came last")
                .until(() -> ORCHESTRATOR.metrics().has("temporal_request_failure_total"));
        metrics = Exposition.of(ORCHESTRATOR.metrics(), ORCHESTRATOR.workerMetrics());
    }

    private static String lifecycle(Product product) {
        product.admit(USER).isOk();
        product.post(USER, "rotate-key").isOk();
        product.post(USER, "stop").isOk();
        product.admit(USER).isDenied("engine_stopped");
        String operation =
                product.async().client().post(Product.path(USER) + "/start").isAccepted();
        product.admit(USER).isOk();
        Operations.awaitEnd(product, operation, "succeeded");
        return operation;
    }

    private static void refusals(Product product, String policy) {
        product.get("nobody").isRefused(404, "ENGINE_NOT_FOUND");
        ORCHESTRATOR.anonymous().get("/engines").isRefused(401, "INVALID_PLATFORM_KEY");
        ORCHESTRATOR.anonymous().get("/no/such/path").isRefused(404, "NOT_FOUND");
        product.client().send("PATCH", "/engines", "").isRefused(405, "METHOD_NOT_ALLOWED");
        ORCHESTRATOR
                .operator()
                .put(policy, "{\"policy\":{\"rate_limit_rpm\":0}}")
                .isOk();
        product.admit(USER).isRefused(429, "RATE_LIMITED");
        ORCHESTRATOR.operator().put(policy, "{\"policy\":{\"max_engines\":1}}").isOk();
        product.admit("too-many", "{\"auto_provision\":true}").isRefused(429, "QUOTA_EXCEEDED");
    }

    /** An operation that Temporal cannot be told of at first. */
    private static String withoutTemporal(Product product) throws IOException {
        ORCHESTRATOR.deployment().stopTemporal();
        String operation;
        try {
            operation =
                    product.async().client().post(Product.path(USER) + "/stop").isAccepted();
            Await.atMost(Duration.ofSeconds(60), "calls to Temporal fail in both processes")
                    .until(() -> ORCHESTRATOR.metrics().has("temporal_request_failure_total")
                            && ORCHESTRATOR.workerMetrics().has("temporal_request_failure_total"));
        } finally {
            ORCHESTRATOR.deployment().startTemporal();
        }
        Operations.awaitEnd(product, operation, "succeeded");
        return operation;
    }

    @Test
    void everyMetricIsInTheTableAndHasTheTypeAndLabelsThatItSays() throws IOException {
        Map<String, DocumentedMetric> documented = DocumentedMetric.all(REPOSITORY.resolve("docs/observability.md"));

        assertThat(documented.keySet()).containsAll(metrics.families().keySet());
        metrics.families()
                .forEach((name, family) -> assertThat(documented.get(name))
                        .as(name)
                        .extracting(DocumentedMetric::type, DocumentedMetric::labels)
                        .containsExactly(family.type(), family.labels()));
    }

    @Test
    void whatTheTableSaysIsAlwaysThereIsThere() throws IOException {
        Set<String> always = DocumentedMetric.all(REPOSITORY.resolve("docs/observability.md")).values().stream()
                .filter(DocumentedMetric::always)
                .map(DocumentedMetric::name)
                .collect(Collectors.toSet());

        assertThat(always).contains("bap_build", "http_server_requests_seconds");
        assertThat(metrics.families().keySet()).containsAll(always);
    }

    @Test
    void noLabelNamesAUserAnEngineAProductAnOperationOrAKey() {
        Set<String> values = metrics.labelValues();

        assertThat(values).as("this is how a finding would look").contains("provision", "/engines/{user_id}/admit");
        assertThat(values).noneMatch(value -> UUID.matcher(value).find());
        for (String secret : secrets) {
            assertThat(values).noneMatch(value -> value.contains(secret));
        }
    }

    @Test
    void whatRulesAndDashboardAskForIsThere() throws IOException {
        List<String> expressions =
                Stream.concat(alertExpressions(), panelExpressions()).toList();
        assertThat(expressions).hasSizeGreaterThan(50);
        Set<String> asked = new TreeSet<>();
        expressions.forEach(expression -> asked.addAll(PromQl.metrics(expression)));
        asked.removeAll(OWN);

        assertThat(asked).contains("bap_engines", "http_server_requests_seconds_bucket");
        assertThat(metrics.seriesNames()).containsAll(asked);
        for (String expression : expressions) {
            PromQl.matchers(expression).forEach((metric, labels) -> {
                if (!OWN.contains(metric)) {
                    assertThat(metrics.labelsOf(metric)).as(expression).containsAll(labels);
                }
            });
        }
    }

    private static Stream<String> alertExpressions() throws IOException {
        JsonNode rules = new YAMLMapper()
                .readTree(REPOSITORY.resolve("deploy/prometheus/alerts.yml").toFile());
        return rules.at("/groups/0/rules")
                .valueStream()
                .map(rule -> rule.path("expr").asText());
    }

    private static Stream<String> panelExpressions() throws IOException {
        JsonNode dashboard = new ObjectMapper()
                .readTree(REPOSITORY.resolve("deploy/grafana/bap-engine.json").toFile());
        return dashboard
                .path("panels")
                .valueStream()
                .flatMap(panel -> panel.path("targets").valueStream())
                .map(target -> target.path("expr").asText());
    }
}
