package ai.september.engine.turn;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;

/** The one form of a time: ISO-8601 in UTC with milliseconds. */
public final class Timestamp {

    private static final DateTimeFormatter FORM =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    private Timestamp() {}

    public static String of(Instant instant) {
        return FORM.format(instant);
    }
}
