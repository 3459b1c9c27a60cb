package ai.september.bap.registry.id;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** A container image as an operator writes it, for example {@code september-engine:2.3.0}: the whole string. */
public record ImageRef(@JsonValue String value) {

    private static final Pattern LEGAL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/@-]{0,254}");

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public ImageRef {
        requireNonNull(value, "value");
        if (!LEGAL.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "an image must be 1 to 255 letters, digits and . _ : / @ -, for example september-engine:2.3.0");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
