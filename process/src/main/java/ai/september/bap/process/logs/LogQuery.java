package ai.september.bap.process.logs;

import java.time.Instant;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of an engine's output.
 *
 * @param tail at most so many of the lines that were printed already, the last ones
 * @param since only lines printed then or later; null for any
 * @param follow whether the lines to come are asked for, too
 */
public record LogQuery(int tail, @Nullable Instant since, boolean follow) {

    /** The most lines that can be asked for. */
    public static final int MOST_LINES = 1_000;

    /** Where a worker answers it. */
    public static final String PATH = "/engine-logs";

    private static final Pattern MILLIS = Pattern.compile("-?[0-9]{1,15}");

    /** @throws IllegalArgumentException if there are too many lines, or fewer than none */
    public LogQuery {
        if (tail < 0 || tail > MOST_LINES) {
            throw new IllegalArgumentException("tail must be from 0 to " + MOST_LINES + ", not " + tail);
        }
    }

    /** Its form in a URL. */
    public String pathAndQuery() {
        return PATH + "?tail=" + tail + "&follow=" + follow + (since == null ? "" : "&since=" + since.toEpochMilli());
    }

    /**
     * Reads that form.
     *
     * @param parameters gives the value of a parameter, or null
     * @throws IllegalArgumentException if it is another one
     */
    public static LogQuery parse(UnaryOperator<@Nullable String> parameters) {
        return new LogQuery(
                (int) Math.min(number(parameters.apply("tail")).orElse(-1L), MOST_LINES + 1),
                number(parameters.apply("since")).map(Instant::ofEpochMilli).orElse(null),
                Boolean.parseBoolean(parameters.apply("follow")));
    }

    private static Optional<Long> number(@Nullable String text) {
        if (text == null) {
            return Optional.empty();
        }
        if (!MILLIS.matcher(text).matches()) {
            throw new IllegalArgumentException("no number");
        }
        return Optional.of(Long.parseLong(text));
    }
}
