package ai.september.bap.api.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** How values look in JSON: names in snake_case, times in ISO-8601 with milliseconds and {@code Z}. */
public final class Json {

    private static final int MAX_DEPTH = 64;
    private static final DateTimeFormatter MILLIS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final List<CoercionInputShape> WRONG_SHAPES = List.of(
            CoercionInputShape.Boolean,
            CoercionInputShape.Integer,
            CoercionInputShape.Float,
            CoercionInputShape.String,
            CoercionInputShape.EmptyString,
            CoercionInputShape.EmptyArray);

    private Json() {}

    /** Writes answers. */
    public static ObjectMapper forResponses() {
        return common(JsonMapper.builder()).build();
    }

    /** Reads requests, strictly: no coercion, nothing twice, nothing after the end. Unknown fields are ignored. */
    static ObjectMapper forRequests() {
        JsonFactory factory = JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .build())
                .build();
        return common(JsonMapper.builder(factory))
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                .withCoercionConfigDefaults(
                        shapes -> WRONG_SHAPES.forEach(shape -> shapes.setCoercion(shape, CoercionAction.Fail)))
                .addModule(new SimpleModule().addDeserializer(String.class, new WellFormedText()))
                .build();
    }

    private static JsonMapper.Builder common(JsonMapper.Builder builder) {
        return builder.propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .addModule(new JavaTimeModule())
                .addModule(new Jdk8Module())
                .addModule(new SimpleModule().addSerializer(Instant.class, new MillisecondInstant()));
    }

    private static final class MillisecondInstant extends JsonSerializer<Instant> {

        @Override
        public void serialize(Instant instant, JsonGenerator out, SerializerProvider provider) throws IOException {
            out.writeString(MILLIS.format(instant));
        }
    }
}
