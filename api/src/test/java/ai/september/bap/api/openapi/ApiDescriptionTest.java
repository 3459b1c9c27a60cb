package ai.september.bap.api.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.api.admin.AdminEngineResource;
import ai.september.bap.api.admin.AdminFleetResource;
import ai.september.bap.api.admin.ProductAdminResource;
import ai.september.bap.api.audit.AuditResource;
import ai.september.bap.api.engine.AdmitResource;
import ai.september.bap.api.engine.EngineResource;
import ai.september.bap.api.operation.OperationEventsResource;
import ai.september.bap.api.operation.OperationListResource;
import ai.september.bap.api.operation.OperationResource;
import ai.september.bap.api.product.PlatformKeyResource;
import ai.september.bap.api.product.ProductResource;
import ai.september.bap.api.status.FleetResource;
import ai.september.bap.api.status.HealthResource;
import com.fasterxml.jackson.databind.JsonNode;
import io.swagger.v3.core.util.Json;
import io.swagger.v3.oas.models.OpenAPI;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ApiDescriptionTest {

    private static final List<Class<?>> RESOURCES = List.of(
            AdmitResource.class,
            EngineResource.class,
            ProductResource.class,
            PlatformKeyResource.class,
            OperationResource.class,
            OperationListResource.class,
            OperationEventsResource.class,
            AuditResource.class,
            FleetResource.class,
            ProductAdminResource.class,
            AdminEngineResource.class,
            AdminFleetResource.class,
            HealthResource.class);

    private static JsonNode document;

    /** It is left behind, too, for {@code .ci/generated-clients}. */
    @BeforeAll
    static void read() throws IOException {
        OpenAPI api = ApiDescription.of(RESOURCES, "1.2.3");
        document = Json.mapper().valueToTree(api);
        Files.writeString(Path.of("target", "openapi.json"), document.toPrettyString());
    }

    private static List<JsonNode> operations() {
        List<JsonNode> operations = new ArrayList<>();
        document.path("paths").forEach(path -> path.forEach(operations::add));
        return operations;
    }

    @Test
    void everyMethodHasANameAWordAndASuccess() {
        assertThat(operations()).hasSizeGreaterThan(25).allSatisfy(operation -> {
            assertThat(operation.path("summary").asText()).isNotBlank();
            assertThat(operation.path("operationId").asText()).doesNotContain("_");
            assertThat(operation.at("/responses/200/content").isEmpty())
                    .as(operation.path("operationId").asText())
                    .isFalse();
            assertThat(operation.at("/responses/200/description").asText()).isNotBlank();
            assertThat(operation.at("/responses/default").isMissingNode()).isFalse();
        });
    }

    @Test
    void everyMethodButHealthNeedsAKey() {
        assertThat(operations())
                .filteredOn(operation -> operation.path("security").isEmpty())
                .extracting(operation -> operation.path("operationId").asText())
                .containsExactly("getHealth");
    }

    @Test
    void everyFieldIsExplained() {
        List<String> unexplained = new ArrayList<>();
        document.at("/components/schemas")
                .properties()
                .forEach(schema -> schema.getValue()
                        .path("properties")
                        .properties()
                        .forEach(property -> {
                            if (property.getValue().path("description").asText().isBlank()) {
                                unexplained.add(schema.getKey() + "." + property.getKey());
                            }
                        }));
        assertThat(unexplained).isEmpty();
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        assertThat(document.findValuesAsText("$ref"))
                .isNotEmpty()
                .allSatisfy(reference -> assertThat(
                                document.at(reference.substring(1)).isMissingNode())
                        .as(reference)
                        .isFalse());
    }

    @Test
    void requiredAndNullableFollowTheRecords() {
        JsonNode engine = document.at("/components/schemas/Engine");
        assertThat(engine.path("required").findValuesAsText("")).isEmpty();
        assertThat(texts(engine.path("required")))
                .containsExactlyInAnyOrder(
                        "engine_id", "user_id", "status", "url", "engine_version", "created_at", "last_health_at");
        assertThat(engine.at("/properties/url/nullable").asBoolean()).isTrue();
        assertThat(engine.at("/properties/api_key/nullable").isMissingNode()).isTrue();
        assertThat(engine.at("/properties/engine_id/format").asText()).isEqualTo("uuid");
        assertThat(texts(engine.at("/properties/status/enum"))).contains("running", "failed");
        assertThat(texts(document.at("/components/schemas/ProvisionRequest/required")))
                .containsExactly("user_id");
        assertThat(document.at("/components/schemas/AdmitRequest/required").isMissingNode())
                .isTrue();
    }

    private static List<String> texts(JsonNode array) {
        return array.valueStream().map(JsonNode::asText).toList();
    }

    @Test
    void anExampleIsOfItsFieldsType() {
        List<String> others = new ArrayList<>();
        document.at("/components/schemas")
                .properties()
                .forEach(schema -> schema.getValue()
                        .path("properties")
                        .properties()
                        .forEach(property -> {
                            JsonNode example = property.getValue().path("example");
                            String type = property.getValue().path("type").asText();
                            if (!example.isMissingNode() && !type.isEmpty() && !isOf(type, example)) {
                                others.add(schema.getKey() + "." + property.getKey() + ": " + example);
                            }
                        }));
        assertThat(others).isEmpty();
    }

    private static boolean isOf(String type, JsonNode example) {
        return switch (type) {
            case "array" -> example.isArray();
            case "object" -> example.isObject();
            case "boolean" -> example.isBoolean();
            case "integer" -> example.isIntegralNumber();
            case "number" -> example.isNumber();
            default -> example.isTextual();
        };
    }

    @Test
    void whateverNeedsAKeyMayFindTheDatabaseAway() {
        assertThat(operations())
                .allSatisfy(operation -> assertThat(operation
                                .at("/responses/503/headers/Retry-After")
                                .isMissingNode())
                        .as(operation.path("operationId").asText())
                        .isFalse());
    }

    @Test
    void allKindsOfOperationsAreNamed() {
        assertThat(texts(document.at("/components/schemas/Operation/properties/kind/enum")))
                .contains("provision", "rotate_key", "delete_product");
    }

    @Test
    void eachErrorIsShownWithAMessageOfItsOwn() {
        Map<String, Set<String>> messages = new TreeMap<>();
        operations()
                .forEach(operation -> operation
                        .path("responses")
                        .forEach(response -> response.at("/content/application~1json/examples")
                                .properties()
                                .forEach(example -> messages.computeIfAbsent(example.getKey(), code -> new TreeSet<>())
                                        .add(example.getValue()
                                                .at("/value/error/message")
                                                .asText()))));

        assertThat(messages).hasSizeGreaterThan(15).doesNotContainValue(Set.of(""));
        assertThat(messages.values().stream().flatMap(Set::stream).toList()).doesNotHaveDuplicates();
        assertThat(messages.get("ENGINE_NOT_FOUND"))
                .allMatch(message -> message.startsWith("This user has no engine."));
    }

    @Test
    void theNamesOfSchemasAreThoseOfTheSubjectAndNotOfTheCode() {
        assertThat(new TreeSet<>(document.at("/components/schemas").properties().stream()
                        .map(Map.Entry::getKey)
                        .toList()))
                .contains("Engine", "Operation", "Error", "Policy", "ProductPage")
                .noneMatch(name -> name.endsWith("View") || name.endsWith("Resource"));
    }
}
