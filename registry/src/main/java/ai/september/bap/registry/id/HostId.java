package ai.september.bap.registry.id;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** One container daemon (or one machine's subprocess backend); names its task queue. */
public record HostId(@JsonValue String value) {

    private static final Pattern LEGAL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9:._-]{0,127}");

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public HostId {
        requireNonNull(value, "value");
        if (!LEGAL.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "host id must be 1 to 128 letters, digits and : . _ -, starting with a letter or digit");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
