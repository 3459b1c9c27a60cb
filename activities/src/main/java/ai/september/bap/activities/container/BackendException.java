package ai.september.bap.activities.container;

import org.jspecify.annotations.Nullable;

/**
 * A backend could not do what was asked. The message goes to operators and callers: it names the remedy and carries no
 * secret, no user id and no engine output.
 */
public class BackendException extends RuntimeException {

    private final boolean retryable;

    private BackendException(String message, boolean retryable, @Nullable Throwable cause) {
        super(message, cause);
        this.retryable = retryable;
    }

    /** For subclasses, whose condition a repetition of the same call does not cure. */
    protected BackendException(String message) {
        this(message, false, null);
    }

    /** A fault that may pass: daemon away, resource busy. */
    public static BackendException passing(String message, @Nullable Throwable cause) {
        return new BackendException(message, true, cause);
    }

    /** A fault that a repetition does not cure: image missing, migrate command failed, name not ours. */
    public static BackendException lasting(String message, @Nullable Throwable cause) {
        return new BackendException(message, false, cause);
    }

    public boolean isRetryable() {
        return retryable;
    }
}
