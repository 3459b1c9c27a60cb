package ai.september.bap.api.http;

import ai.september.bap.registry.WireName;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.UriInfo;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The query of a request, read strictly: a parameter that comes twice, or is of another form than it should be, is
 * refused with 400; unknown ones are ignored. Taken as {@code @BeanParam} and read after the key was checked.
 */
public final class QueryParameters {

    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,10}");
    private static final int MAX_LIMIT = 1_000;
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_YEAR = 9_999;

    private final UriInfo uri;

    public QueryParameters(@Context UriInfo uri) {
        this.uri = uri;
    }

    /** {@code limit}: 1 to 1000, by default 100. */
    public int limit() {
        return whole("limit", 1, MAX_LIMIT).orElse(DEFAULT_LIMIT);
    }

    /** {@code offset}: 0 or more, by default 0. */
    public int offset() {
        return whole("offset", 0, Integer.MAX_VALUE).orElse(0);
    }

    /** One of the constants of an enum, by its name in JSON. */
    public <E extends Enum<E> & WireName> Optional<E> oneOf(String name, Class<E> type) {
        return text(name)
                .map(text -> Arrays.stream(type.getEnumConstants())
                        .filter(constant -> constant.wireName().equals(text))
                        .findFirst()
                        .orElseThrow(() -> illegal(name, "one of " + labels(type))));
    }

    /** A point in time: ISO-8601 with an offset, in years of four digits, which every database knows. */
    public Optional<Instant> instant(String name) {
        return value(
                name,
                text -> ordinary(OffsetDateTime.parse(text).toInstant()),
                "a time like 2026-04-27T09:30:00.000Z (a + in an offset is percent-encoded as %2B)");
    }

    /**
     * The same time, if its year is one of 1 to 9999.
     *
     * @throws DateTimeException if not
     */
    public static Instant ordinary(Instant time) {
        int year = time.atOffset(ZoneOffset.UTC).getYear();
        if (year < 1 || year > MAX_YEAR) {
            throw new DateTimeException("no year of four digits");
        }
        return time;
    }

    /** A whole number in decimal digits. */
    public Optional<Integer> whole(String name, int min, int max) {
        String legal = max == Integer.MAX_VALUE ? min + " or more" : "from " + min + " to " + max;
        return text(name).map(text -> {
            if (!DIGITS.matcher(text).matches() || Long.parseLong(text) < min || Long.parseLong(text) > max) {
                throw illegal(name, "a whole number " + legal);
            }
            return Integer.parseInt(text);
        });
    }

    /** {@code true} or {@code false}; by default false. */
    public boolean flag(String name) {
        return text(name)
                .map(text -> switch (text) {
                    case "true" -> true;
                    case "false" -> false;
                    default -> throw illegal(name, "true or false");
                })
                .orElse(false);
    }

    /** A value whose constructor refuses illegal ones by an {@link IllegalArgumentException} or {@link DateTimeException}. */
    public <T> Optional<T> value(String name, Function<String, T> constructor, String legalForm) {
        return text(name).map(text -> {
            try {
                return constructor.apply(text);
            } catch (IllegalArgumentException | DateTimeException illegal) {
                throw illegal(name, legalForm);
            }
        });
    }

    /** The text as it came, percent-decoded. */
    public Optional<String> text(String name) {
        List<String> values = decoded().getOrDefault(name, List.of());
        if (values.size() > 1) {
            throw RefusedRequestException.badRequest("The query has " + name + " more than once.");
        }
        return values.stream().findFirst();
    }

    private MultivaluedMap<String, String> decoded() {
        try {
            return uri.getQueryParameters();
        } catch (IllegalArgumentException malformed) {
            throw RefusedRequestException.badRequest("The query's percent-encoding is malformed.");
        }
    }

    private static RefusedRequestException illegal(String name, String legalForm) {
        return RefusedRequestException.badRequest(name + " must be " + legalForm + ".");
    }

    private static String labels(Class<? extends WireName> type) {
        return Arrays.stream(type.getEnumConstants()).map(WireName::wireName).collect(Collectors.joining(", "));
    }
}
