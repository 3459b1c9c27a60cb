package ai.september.engine.http;

import ai.september.engine.error.EngineException;
import ai.september.engine.error.ErrorCode;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The {@code id:} of an event: its turn and its number there, so that it says alone where to resume. */
record EventId(String turnId, long seq) {

    private static final Pattern FORM = Pattern.compile("(turn_[0-9a-f]{32}):([0-9]{1,18})");

    static Optional<EventId> parse(@Nullable String header) {
        if (header == null || header.isBlank()) {
            return Optional.empty();
        }
        Matcher matcher = FORM.matcher(header.strip());
        if (!matcher.matches()) {
            throw new EngineException(
                    ErrorCode.INVALID_REQUEST,
                    "Last-Event-ID must be the id of an event of this engine; or leave it out.");
        }
        return Optional.of(new EventId(matcher.group(1), Long.parseLong(matcher.group(2))));
    }

    @Override
    public String toString() {
        return turnId + ":" + seq;
    }
}
