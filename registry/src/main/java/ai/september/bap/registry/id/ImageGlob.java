package ai.september.bap.registry.id;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** A pattern of images, in which {@code *} stands for any characters, none included, and {@code ?} for one. */
public record ImageGlob(@JsonValue String value) {

    private static final Pattern LEGAL = Pattern.compile("[A-Za-z0-9._:/@*?-]{1,255}");

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public ImageGlob {
        requireNonNull(value, "value");
        if (!LEGAL.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "an image pattern must be 1 to 255 letters, digits and . _ : / @ - * ?, for example"
                            + " september-engine:2.*");
        }
    }

    /** Whether an image is one of those that are meant. Takes time in proportion to both lengths multiplied, at most. */
    public boolean matches(ImageRef image) {
        return matches(image.value());
    }

    /** The usual two pointers with one way back: a regular expression may take exponential time for many stars. */
    private boolean matches(String text) {
        int at = 0;
        int in = 0;
        int star = -1;
        int resume = 0;
        while (at < text.length()) {
            if (in < value.length() && value.charAt(in) == '*') {
                star = in++;
                resume = at;
            } else if (in < value.length() && (value.charAt(in) == '?' || value.charAt(in) == text.charAt(at))) {
                in++;
                at++;
            } else if (star >= 0) {
                in = star + 1;
                at = ++resume;
            } else {
                return false;
            }
        }
        return value.substring(in).chars().allMatch(rest -> rest == '*');
    }

    @Override
    public String toString() {
        return value;
    }
}
