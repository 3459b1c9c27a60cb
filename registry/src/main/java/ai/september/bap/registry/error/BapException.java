package ai.september.bap.registry.error;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A refusal or fault with a code of the public vocabulary. The message goes to the caller as it stands: it says what
 * to do next and never carries a secret.
 */
public final class BapException extends RuntimeException {

    private final ErrorCode code;
    private final @Nullable Duration retryAfter;

    public BapException(ErrorCode code, String message) {
        this(code, message, null, null);
    }

    public BapException(ErrorCode code, String message, @Nullable Throwable cause) {
        this(code, message, null, cause);
    }

    private BapException(ErrorCode code, String message, @Nullable Duration retryAfter, @Nullable Throwable cause) {
        super(requireNonNull(message, "message"), cause);
        this.code = requireNonNull(code, "code");
        this.retryAfter = retryAfter;
    }

    /** The same refusal with the time after which a repetition makes sense. */
    public BapException retryAfter(Duration wait) {
        return new BapException(code, requireNonNull(getMessage()), wait, getCause());
    }

    public ErrorCode code() {
        return code;
    }

    /** How long to wait before the same request, if known. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
