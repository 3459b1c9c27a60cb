package ai.september.bap.api.openapi;

import static java.util.Objects.requireNonNull;

import ai.september.bap.registry.WireName;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.OperationId;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.product.Policy;
import ai.september.bap.registry.product.Resources;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Schemas of records: which fields are always there and which may be null is read from the components, and what they mean
 * from {@link Notes}. Ids and names, which are records of one value, are strings.
 */
final class RecordSchemas implements ModelConverter {

    private static final Set<Class<?>> UUIDS = Set.of(EngineId.class, ProductId.class, OperationId.class);

    private final ObjectMapper json;

    RecordSchemas(ObjectMapper json) {
        this.json = json;
    }

    @Override
    @SuppressWarnings("rawtypes")
    public @Nullable Schema resolve(AnnotatedType type, ModelConverterContext context, Iterator<ModelConverter> chain) {
        JavaType java = json.constructType(type.getType());
        Class<?> raw = java.getRawClass();
        if (JsonNode.class.isAssignableFrom(raw)) {
            return new ObjectSchema().additionalProperties(true);
        }
        if (WireName.class.isAssignableFrom(raw) && raw.isEnum()) {
            return names(raw);
        }
        if (raw.isRecord() && isOneValue(raw)) {
            return new StringSchema().format(UUIDS.contains(raw) ? "uuid" : null);
        }
        Schema schema = chain.hasNext() ? chain.next().resolve(type, context, chain) : null;
        if (raw.isRecord() && schema != null) {
            complete(named(schema, context), raw);
        }
        return schema;
    }

    private static boolean isOneValue(Class<?> raw) {
        return Arrays.stream(raw.getRecordComponents())
                .anyMatch(component -> component.getAccessor().isAnnotationPresent(JsonValue.class));
    }

    private static Schema<?> names(Class<?> raw) {
        StringSchema schema = new StringSchema();
        for (Object constant : raw.getEnumConstants()) {
            schema.addEnumItem(((WireName) constant).wireName());
        }
        return schema;
    }

    /** What a reference leads to; others are what they are. */
    @SuppressWarnings("rawtypes")
    private static Schema named(Schema resolved, ModelConverterContext context) {
        String reference = resolved.get$ref();
        return reference == null
                ? resolved
                : requireNonNull(context.getDefinedModels().get(reference.substring(reference.lastIndexOf('/') + 1)));
    }

    @SuppressWarnings("rawtypes")
    private void complete(Schema model, Class<?> raw) {
        if (raw == Policy.class || raw == Resources.class) {
            // A limit that is misspelt would not hold.
            model.setAdditionalProperties(false);
        }
        for (RecordComponent component : raw.getRecordComponents()) {
            String name = name(component);
            if (model.getProperties() == null || !model.getProperties().containsKey(name)) {
                continue;
            }
            boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
            boolean mayBeMissing = component.getAccessor().isAnnotationPresent(JsonInclude.class)
                    || raw.isAnnotationPresent(JsonInclude.class)
                    || (nullable && isRequest(raw));
            describe(model, name, nullable && !mayBeMissing);
            if (!mayBeMissing) {
                model.addRequiredItem(name);
            }
        }
    }

    /** What is sent to us says of a field that may be missing that it may be null. */
    private static boolean isRequest(Class<?> raw) {
        return ApiDescription.REQUESTS.contains(raw);
    }

    @SuppressWarnings({"rawtypes", "unchecked"})
    private static void describe(Schema model, String name, boolean nullable) {
        Notes notes = Notes.of(name);
        Schema property = requireNonNull((Schema) model.getProperties().get(name));
        if (property.get$ref() != null) {
            property = new Schema().addAllOfItem(new Schema().$ref(property.get$ref()));
            model.getProperties().put(name, property);
        }
        property.setDescription(notes.description());
        if (nullable) {
            property.setNullable(true);
        }
        Constraints.apply(name, property);
        if (notes.hasValue()) {
            property.setExample(notes.example());
        }
    }

    private String name(RecordComponent component) {
        var named = component.getAccessor().getAnnotation(JsonProperty.class);
        if (named != null && !named.value().isEmpty()) {
            return named.value();
        }
        if (component.getAccessor().isAnnotationPresent(JsonUnwrapped.class)) {
            return "";
        }
        return json.getPropertyNamingStrategy().nameForField(null, null, component.getName());
    }
}
