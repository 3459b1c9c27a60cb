package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.api.openapi.ApiDescription;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import io.swagger.v3.core.util.Json;
import java.net.http.HttpHeaders;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * The description of the interface, to which every answer that a client of these tests gets is held: its status and code are
 * announced for the method, its body has the form that is described and no field more, its headers are there. Thread-safe.
 */
final class Contract {

    private static final String DOCUMENT = "urn:bap:openapi";

    /** What the server answers by itself, whatever the method. */
    private static final Set<Integer> ANYWHERE = Set.of(405, 406, 408, 414, 417, 431, 500, 501, 503, 505);

    private static final JsonNode API =
            strict(Json.mapper().valueToTree(ApiDescription.of(Routes.resources(), "tests")));
    private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDefaultDialect(
            Dialects.getOpenApi30(), registry -> registry.schemas(Map.of(DOCUMENT, API.toString())));
    private static final List<Route> ROUTES = routes();
    private static final ConcurrentMap<String, AtomicInteger> HELD = new ConcurrentHashMap<>();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(Contract::report));
    }

    private Contract() {}

    /** A path of the description, and what fits it. */
    private record Route(String template, Pattern pattern) {}

    /** Makes sure that an answer is one of those that are described. */
    static void hold(String method, String pathAndQuery, int status, JsonNode body, HttpHeaders headers) {
        Optional<JsonNode> operation = operation(method, pathAndQuery.split("\\?", 2)[0]);
        String what = method + " " + pathAndQuery + " -> " + status;
        assertThat(headers.firstValue("X-Request-Id")).as(what).isPresent();
        if (operation.isEmpty()) {
            conforms(what, "#/components/schemas/Error", body);
            return;
        }
        JsonNode response = operation.get().at("/responses/" + status);
        boolean announced = !response.isMissingNode();
        assertThat(announced || ANYWHERE.contains(status))
                .as(what + " is announced")
                .isTrue();
        conforms(
                what,
                announced
                        ? response.at("/content/application~1json/schema/$ref").asText()
                        : "#/components/schemas/Error",
                body);
        if (announced && status >= 400) {
            assertThat(response.at("/content/application~1json/examples")
                            .has(body.at("/error/code").asText()))
                    .as(what + " is announced with " + body.at("/error/code").asText())
                    .isTrue();
        }
        response.path("headers")
                .fieldNames()
                .forEachRemaining(header -> assertThat(headers.firstValue(header))
                        .as(what + " has " + header)
                        .isPresent());
        HELD.computeIfAbsent(operation.get().path("operationId").asText() + " " + status, key -> new AtomicInteger())
                .incrementAndGet();
    }

    private static void conforms(String what, String schema, JsonNode body) {
        Schema form = SCHEMAS.getSchema(SchemaLocation.of(DOCUMENT + schema));
        assertThat(form.validate(body)).as(what + ": " + body).isEmpty();
    }

    private static Optional<JsonNode> operation(String method, String path) {
        // A path without parameters hides the template beside it for its own methods only.
        return ROUTES.stream()
                .filter(route -> route.pattern().matcher(path).matches())
                .map(route -> API.path("paths").path(route.template()).path(method.toLowerCase(Locale.ROOT)))
                .filter(found -> !found.isMissingNode())
                .findFirst();
    }

    /** Those without parameters first, as they are matched. */
    private static List<Route> routes() {
        return API.path("paths").properties().stream()
                .map(Map.Entry::getKey)
                .sorted(Comparator.comparing((String path) -> path.contains("{")))
                .map(path -> new Route(path, Pattern.compile(path.replaceAll("\\{[a-z_]+}", "[^/]+"))))
                .toList();
    }

    /** What is not described must not be answered. */
    private static JsonNode strict(JsonNode api) {
        api.at("/components/schemas").forEach(schema -> {
            if (schema.has("properties") && !schema.has("additionalProperties")) {
                ((ObjectNode) schema).put("additionalProperties", false);
            }
        });
        return api;
    }

    private static void report() {
        int answers = HELD.values().stream().mapToInt(AtomicInteger::get).sum();
        if (answers > 0) {
            System.out.printf(
                    "%d answers of %d kinds were held to the description of the interface: %s%n",
                    answers, HELD.size(), new TreeMap<>(HELD));
        }
    }
}
