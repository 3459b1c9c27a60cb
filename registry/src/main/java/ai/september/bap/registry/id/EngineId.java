package ai.september.bap.registry.id;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** Identity of one engine, for its whole life. */
public record EngineId(@JsonValue UUID value) {

    public EngineId {
        requireNonNull(value, "value");
    }

    /** A fresh random id. */
    public static EngineId random() {
        return new EngineId(UUID.randomUUID());
    }

    /**
     * Reads the canonical text form.
     *
     * @throws IllegalArgumentException if the text is not a UUID
     */
    @JsonCreator
    public static EngineId parse(String text) {
        return new EngineId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
