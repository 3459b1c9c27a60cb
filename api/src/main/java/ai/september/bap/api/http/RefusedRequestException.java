package ai.september.bap.api.http;

import static java.util.Objects.requireNonNull;

/** A request that is refused for its form, with a status more specific than 400; its code is {@code INVALID_REQUEST}. */
public final class RefusedRequestException extends RuntimeException {

    private final int status;

    RefusedRequestException(int status, String message) {
        super(requireNonNull(message, "message"), null, false, false);
        this.status = status;
    }

    static RefusedRequestException badRequest(String message) {
        return new RefusedRequestException(400, message);
    }

    static RefusedRequestException tooLarge(String message) {
        return new RefusedRequestException(413, message);
    }

    static RefusedRequestException unsupportedMediaType(String message) {
        return new RefusedRequestException(415, message);
    }

    int status() {
        return status;
    }
}
