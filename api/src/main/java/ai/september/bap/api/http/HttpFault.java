package ai.september.bap.api.http;

import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * An error as it is answered, whoever found it: our code, JAX-RS or the server.
 *
 * @param retryAfter how long to wait before a repetition; set for 429 and 503
 */
record HttpFault(int status, ErrorCode code, String message, Optional<Duration> retryAfter) {

    private static final Duration DEFAULT_WAIT = Duration.ofSeconds(5);

    static HttpFault of(BapException refusal) {
        ErrorCode code = refusal.code();
        Optional<Duration> wait =
                code.isRetryable() ? Optional.of(refusal.retryAfter().orElse(DEFAULT_WAIT)) : refusal.retryAfter();
        return new HttpFault(code.httpStatus(), code, String.valueOf(refusal.getMessage()), wait);
    }

    static HttpFault of(RefusedRequestException refusal) {
        return invalid(refusal.status(), String.valueOf(refusal.getMessage()));
    }

    /** A fault of ours; the log has the rest under the same incident id. */
    static HttpFault incident(String incidentId) {
        String message = "Something went wrong on our side. Quote incident " + incidentId + " when you report it.";
        return new HttpFault(500, ErrorCode.INTERNAL_ERROR, message, Optional.empty());
    }

    /** A refusal of a request that accepts none of {@code types}, which its path answers with. */
    static HttpFault notAcceptable(Set<String> types) {
        return types.isEmpty()
                ? ofStatus(406, "")
                : invalid(406, "This path answers with " + String.join(" or ", types) + ": accept that.");
    }

    /** What only a status is known of: refusals by JAX-RS and by the server. */
    static HttpFault ofStatus(int status, String incidentId) {
        return switch (status) {
            case 400 -> invalid(status, "The request is malformed: check its line, headers and percent-encoding.");
            case 404 ->
                new HttpFault(
                        status,
                        ErrorCode.NOT_FOUND,
                        "There is nothing at this path. Check its spelling; special characters are percent-encoded.",
                        Optional.empty());
            case 405 ->
                new HttpFault(
                        status,
                        ErrorCode.METHOD_NOT_ALLOWED,
                        "This path does not have this method. The Allow header lists those it has.",
                        Optional.empty());
            case 406 -> invalid(status, "Answers are JSON: accept application/json.");
            case 408 -> invalid(status, "The request came too slowly. Send it again.");
            case 413 -> invalid(status, "The body is too large: send at most 1 MiB.");
            case 414 -> invalid(status, "The path is too long.");
            case 415 -> invalid(status, "Send the body as application/json.");
            case 417 -> invalid(status, "The only expectation understood is 100-continue.");
            case 426, 505 -> invalid(status, "Speak HTTP/1.1.");
            case 431 -> invalid(status, "The headers are too large: send at most 8 KiB.");
            case 503 ->
                new HttpFault(
                        status,
                        ErrorCode.UNAVAILABLE,
                        "The service cannot take the request now. Send it again later.",
                        Optional.of(DEFAULT_WAIT));
            default ->
                status < 500 || status == 501 ? invalid(status, "The request cannot be served.") : incident(incidentId);
        };
    }

    ErrorBody body() {
        return ErrorBody.of(code, message);
    }

    /** The value of {@code Retry-After}: whole seconds, rounded up, at least one. */
    Optional<String> retryAfterSeconds() {
        return retryAfter.map(wait -> Long.toString(Math.max(1, (wait.toMillis() + 999) / 1000)));
    }

    private static HttpFault invalid(int status, String message) {
        return new HttpFault(status, ErrorCode.INVALID_REQUEST, message, Optional.empty());
    }
}
