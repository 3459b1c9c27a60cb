package ai.september.bap.registry.error;

/** Every error a caller can see, with its HTTP status. The names are part of the HTTP interface. */
public enum ErrorCode {
    INVALID_REQUEST(400),
    INVALID_PLATFORM_KEY(401),
    INVALID_ADMIN_KEY(401),
    POLICY_DENIED(403),
    PRODUCT_NOT_FOUND(404),
    ENGINE_NOT_FOUND(404),
    OPERATION_NOT_FOUND(404),
    NOT_FOUND(404),
    METHOD_NOT_ALLOWED(405),
    PRODUCT_SLUG_EXISTS(409),
    PRODUCT_NOT_EMPTY(409),
    ENGINE_ALREADY_EXISTS(409),
    ENGINE_ALREADY_RUNNING(409),
    ENGINE_NOT_RUNNING(409),
    OPERATION_IN_PROGRESS(409),
    IDEMPOTENCY_CONFLICT(409),
    QUOTA_EXCEEDED(429),
    RATE_LIMITED(429),
    INTERNAL_ERROR(500),
    BACKEND_ERROR(502),
    PORT_EXHAUSTION(503),
    UNAVAILABLE(503),
    BOOT_TIMEOUT(504);

    private final int httpStatus;

    ErrorCode(int httpStatus) {
        this.httpStatus = httpStatus;
    }

    /** The status this code is answered with, unless a more specific one of the same meaning applies (413, 415, …). */
    public int httpStatus() {
        return httpStatus;
    }

    /** Whether the same request may succeed later without a change; such answers carry {@code Retry-After}. */
    public boolean isRetryable() {
        return httpStatus == 429 || httpStatus == 503;
    }
}
