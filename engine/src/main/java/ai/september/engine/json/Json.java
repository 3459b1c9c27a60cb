package ai.september.engine.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON as the engine speaks it: written on one line, read strictly. Thread-safe. */
public final class Json {

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(64).build())
            .build();

    private Json() {}

    /** One line of JSON; values are strings, numbers, booleans, null and maps of such. */
    public static String write(Map<String, ?> object) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            writeObject(json, object);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /**
     * Reads one object, keeping its top-level strings and nulls.
     *
     * @return each top-level field; the value is a string, null, or {@link Other} for anything else
     * @throws JsonException if the bytes are not UTF-8 or not exactly one JSON object
     */
    public static Map<String, @Nullable Object> readObject(byte[] utf8) throws JsonException {
        try (JsonParser json = FACTORY.createParser(decode(utf8))) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new JsonException("not a JSON object");
            }
            Map<String, @Nullable Object> fields = readFields(json);
            if (json.nextToken() != null) {
                throw new JsonException("more than one JSON value");
            }
            return fields;
        } catch (JsonException e) {
            throw e;
        } catch (IOException e) {
            // The library's own message may quote the body.
            throw new JsonException("malformed JSON");
        }
    }

    private static Map<String, @Nullable Object> readFields(JsonParser json) throws IOException {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            if (value == JsonToken.VALUE_STRING) {
                fields.put(name, json.getText());
            } else if (value == JsonToken.VALUE_NULL) {
                fields.put(name, null);
            } else {
                json.skipChildren();
                fields.put(name, Other.VALUE);
            }
        }
        return fields;
    }

    private static String decode(byte[] utf8) throws JsonException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new JsonException("not UTF-8");
        }
    }

    private static void writeObject(JsonGenerator json, Map<?, ?> object) throws IOException {
        json.writeStartObject();
        for (Map.Entry<?, ?> field : object.entrySet()) {
            json.writeFieldName(String.valueOf(field.getKey()));
            writeValue(json, field.getValue());
        }
        json.writeEndObject();
    }

    private static void writeValue(JsonGenerator json, @Nullable Object value) throws IOException {
        if (value == null) {
            json.writeNull();
        } else if (value instanceof String text) {
            json.writeString(text);
        } else if (value instanceof Boolean flag) {
            json.writeBoolean(flag);
        } else if (value instanceof Double number) {
            json.writeNumber(number);
        } else if (value instanceof Number number) {
            json.writeNumber(number.longValue());
        } else if (value instanceof Map<?, ?> nested) {
            writeObject(json, nested);
        } else {
            throw new IllegalArgumentException("no JSON for " + value.getClass());
        }
    }

    /** Stands for a value that is neither string nor null. */
    public enum Other {
        VALUE
    }

    /** The text is not what was expected; the message quotes nothing of it. */
    public static final class JsonException extends IOException {
        JsonException(String message) {
            super(message);
        }
    }
}
