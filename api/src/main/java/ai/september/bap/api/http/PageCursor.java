package ai.september.bap.api.http;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.function.Function;

/**
 * A place in a listing that is ordered by time and id, newest first: the last row of a page. Opaque to callers; stable
 * whatever is inserted meanwhile.
 */
public record PageCursor<T>(Instant at, T id) {

    /** Reads a cursor's text; IllegalArgumentException if it is none of ours. */
    public static <T> PageCursor<T> parse(String text, Function<String, T> id) {
        String[] parts = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8).split(",", -1);
        try {
            return new PageCursor<>(QueryParameters.ordinary(Instant.parse(parts[0])), id.apply(parts[1]));
        } catch (DateTimeException | ArrayIndexOutOfBoundsException malformed) {
            throw new IllegalArgumentException("not a cursor", malformed);
        }
    }

    public String text() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString((at + "," + id).getBytes(StandardCharsets.UTF_8));
    }
}
