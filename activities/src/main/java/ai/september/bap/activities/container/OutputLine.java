package ai.september.bap.activities.container;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * A line that an engine has printed; raw: mask it before it goes anywhere.
 *
 * @param at when it was printed, or by when at the latest where the backend does not know it better
 * @param text without its line break; of a long line the first {@value #SHOWN_BYTES} bytes, and {@value #SPARE_BYTES} more
 *     for whoever looks for a key that the cut would halve
 * @param cut whether the line goes on
 */
public record OutputLine(Instant at, String text, boolean cut) {

    /** So many bytes of a line are shown at most. */
    public static final int SHOWN_BYTES = 16 << 10;

    /** Longer than any key. */
    public static final int SPARE_BYTES = 4 << 10;

    public OutputLine {
        requireNonNull(at, "at");
        requireNonNull(text, "text");
    }

    /** What it says is not for any log. */
    @Override
    public String toString() {
        return "OutputLine[" + at + ", " + text.length() + " characters]";
    }
}
