package ai.september.bap.registry.schedule;

import static java.util.Objects.requireNonNull;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What was asked for: a time, or a crontab line of five fields and the time zone it is meant in. Minutes that a change of the
 * clocks leaves out do not come. In the hour that comes twice, a line that names its hour and one minute comes once; one that
 * comes several times an hour does so in both.
 */
public final class WakeTimes {

    /** Later is a mistake rather than a plan. */
    private static final Duration HORIZON = Duration.ofDays(3_660);

    private static final int LONGEST = 100;

    /** Numbers, ranges, lists and steps: the parser knows more, of which the next one may know nothing. */
    private static final Pattern FIELD = Pattern.compile(
            "(\\*|[0-9]{1,2}(-[0-9]{1,2})?)(/[0-9]{1,2})?(,(\\*|[0-9]{1,2}(-[0-9]{1,2})?)(/[0-9]{1,2})?)*");

    private static final Pattern BLANKS = Pattern.compile("[ \\t]+");
    private static final CronParser PARSER = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

    private final @Nullable Instant wakeAt;
    private final @Nullable String cron;
    private final @Nullable String timezone;

    private WakeTimes(@Nullable Instant wakeAt, @Nullable String cron, @Nullable String timezone) {
        this.wakeAt = wakeAt;
        this.cron = cron;
        this.timezone = timezone;
    }

    /** Once. */
    public static WakeTimes at(Instant time) {
        return new WakeTimes(time.truncatedTo(ChronoUnit.MILLIS), null, null);
    }

    /**
     * Again and again.
     *
     * @param timezone a name like {@code Europe/Berlin}, or an offset; null means UTC
     * @throws IllegalArgumentException naming the field and its legal form
     */
    public static WakeTimes cron(String cron, @Nullable String timezone) {
        String[] fields = BLANKS.split(cron.strip());
        if (!Stream.of(fields).allMatch(field -> FIELD.matcher(field).matches())) {
            throw illegalCron(null);
        }
        String line = String.join(" ", fields);
        parse(line);
        return new WakeTimes(null, line, zone(timezone).getId());
    }

    private static Cron parse(String text) {
        try {
            if (text.length() <= LONGEST) {
                return PARSER.parse(text).validate();
            }
        } catch (RuntimeException illegal) {
            // It throws what it likes.
            throw illegalCron(illegal);
        }
        throw illegalCron(null);
    }

    private static IllegalArgumentException illegalCron(@Nullable Exception cause) {
        return new IllegalArgumentException(
                "cron must be a crontab line of five fields (minute, hour, day of month, month, day of week), for example"
                        + " \"0 7 * * 1-5\"",
                cause);
    }

    private static ZoneId zone(@Nullable String name) {
        try {
            return ZoneId.of(name == null ? "UTC" : name);
        } catch (DateTimeException unknown) {
            throw new IllegalArgumentException(
                    "timezone must be the name of a time zone, for example \"Europe/Berlin\"", unknown);
        }
    }

    /**
     * What comes of it now.
     *
     * @throws IllegalArgumentException if nothing does
     */
    Schedule from(Instant now) {
        Instant next = next(now)
                .orElseThrow(() -> new IllegalArgumentException(
                        wakeAt == null
                                ? "cron names no time that ever comes"
                                : "wake_at must be a time to come, within ten years"));
        return new Schedule(wakeAt, cron, timezone, next);
    }

    private Optional<Instant> next(Instant now) {
        if (wakeAt != null) {
            return Optional.of(wakeAt).filter(at -> at.isAfter(now) && at.isBefore(now.plus(HORIZON)));
        }
        return after(requireNonNull(cron), requireNonNull(timezone), now);
    }

    /** The next time after now; empty if none comes. */
    static Optional<Instant> after(String cron, String timezone, Instant now) {
        return ExecutionTime.forCron(parse(cron))
                .nextExecution(ZonedDateTime.ofInstant(now, zone(timezone)))
                .map(ZonedDateTime::toInstant)
                .filter(next -> next.isBefore(now.plus(HORIZON)));
    }
}
