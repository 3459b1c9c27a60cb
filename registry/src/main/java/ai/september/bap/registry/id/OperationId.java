package ai.september.bap.registry.id;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** Identity of one lifecycle operation. */
public record OperationId(@JsonValue UUID value) {

    public OperationId {
        requireNonNull(value, "value");
    }

    /** A fresh random id. */
    public static OperationId random() {
        return new OperationId(UUID.randomUUID());
    }

    /**
     * Reads the canonical text form.
     *
     * @throws IllegalArgumentException if the text is not a UUID
     */
    @JsonCreator
    public static OperationId parse(String text) {
        return new OperationId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
