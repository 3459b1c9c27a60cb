package ai.september.bap.registry.id;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * A product's own name for one of its users: 1 to 255 code points, anything but control characters and surrogates,
 * never normalised. The two ids {@code .} and {@code ..} are refused because no URL can carry them.
 *
 * <p>Personal data: never logged at INFO, never part of a Temporal payload.
 */
public record UserId(@JsonValue String value) {

    private static final int MAX_CODE_POINTS = 255;

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public UserId {
        requireNonNull(value, "value");
        DisplayText.check("user_id", value, MAX_CODE_POINTS);
        if (value.equals(".") || value.equals("..")) {
            throw new IllegalArgumentException("user_id must not be \".\" or \"..\": no URL can carry them");
        }
    }

    /** Redacted: a user id belongs into rows and answers, not into logs. */
    @Override
    public String toString() {
        return "UserId[REDACTED]";
    }
}
