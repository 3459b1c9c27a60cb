package ai.september.engine.error;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something a caller is told. The message says what to do next and never holds a key, a message of the user or an
 * answer of a provider.
 */
public class EngineException extends RuntimeException {

    private final ErrorCode code;
    private final int httpStatus;
    private final Map<String, Object> details;

    public EngineException(ErrorCode code, String message) {
        this(code, code.httpStatus(), message, Map.of(), null);
    }

    public EngineException(ErrorCode code, String message, Map<String, Object> details, @Nullable Throwable cause) {
        this(code, code.httpStatus(), message, details, cause);
    }

    /** For a status that is more specific than the code's own. */
    public EngineException(ErrorCode code, int httpStatus, String message) {
        this(code, httpStatus, message, Map.of(), null);
    }

    private EngineException(
            ErrorCode code, int httpStatus, String message, Map<String, Object> details, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
        this.httpStatus = httpStatus;
        this.details = Map.copyOf(details);
    }

    public ErrorCode code() {
        return code;
    }

    public int httpStatus() {
        return httpStatus;
    }

    /** The flat envelope, in the order of its fields. */
    public FlatError envelope() {
        return new FlatError(code, messageText(), details);
    }

    private String messageText() {
        String text = getMessage();
        return text == null ? code.name() : text;
    }
}
