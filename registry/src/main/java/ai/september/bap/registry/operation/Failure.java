package ai.september.bap.registry.operation;

import static java.util.Objects.requireNonNull;

import ai.september.bap.registry.error.ErrorCode;

/**
 * Why an operation failed, as its caller is told.
 *
 * @param message says what to do next; no secret, no user id, no engine output
 */
public record Failure(ErrorCode code, String message) {

    public Failure {
        requireNonNull(code, "code");
        requireNonNull(message, "message");
    }
}
