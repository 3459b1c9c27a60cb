package ai.september.bap.local;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * Why {@code ./bap} cannot go on. The message is the one line its user sees: it says what is wrong and what to do, and
 * carries no secret.
 */
public final class LocalException extends RuntimeException {

    private final ExitCode exitCode;

    public LocalException(ExitCode exitCode, String message) {
        this(exitCode, message, null);
    }

    public LocalException(ExitCode exitCode, String message, @Nullable Throwable cause) {
        super(requireNonNull(message, "message"), cause);
        this.exitCode = requireNonNull(exitCode, "exitCode");
    }

    public ExitCode exitCode() {
        return exitCode;
    }
}
