package ai.september.bap.registry.id;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Set;
import java.util.regex.Pattern;

/** A product's unique short name: lower-case letters, digits and hyphens; also the actor of its audit rows. */
public record Slug(@JsonValue String value) {

    private static final Pattern LEGAL = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    /** Actors of audit rows that are not products. */
    private static final Set<String> RESERVED = Set.of("system", "admin");

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public Slug {
        requireNonNull(value, "value");
        if (!LEGAL.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "slug must be 1 to 63 lower-case letters, digits and hyphens, starting with a letter or digit");
        }
        if (RESERVED.contains(value)) {
            throw new IllegalArgumentException("slug \"" + value + "\" is reserved; choose another");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
