package ai.september.engine.error;

/** Every error a caller of the engine can see. The names are part of its HTTP interface. */
public enum ErrorCode {
    INVALID_REQUEST(400),
    INVALID_ENGINE_KEY(401),
    NOT_FOUND(404),
    TURN_NOT_FOUND(404),
    METHOD_NOT_ALLOWED(405),
    TASK_BUSY(409),
    INTERNAL_ERROR(500),
    /** The provider refuses the key: nothing but another key helps. */
    LLM_KEY_REFUSED(502),
    /** The provider refuses this request: an unknown model, a conversation too long. */
    LLM_REQUEST_REFUSED(502),
    LLM_RATE_LIMITED(502),
    LLM_UNAVAILABLE(502),
    LLM_STREAM_BROKEN(502),
    /** Longer than this engine keeps: the provider is not at fault. */
    ANSWER_TOO_LONG(502),
    BRAIN_ERROR(503),
    ENGINE_BUSY(503),
    ENGINE_DRAINING(503),
    /** The engine ended while the turn was running. */
    TURN_INTERRUPTED(503);

    private final int httpStatus;

    ErrorCode(int httpStatus) {
        this.httpStatus = httpStatus;
    }

    /** The status this code is answered with, unless a more specific one of the same meaning applies (413, 415). */
    public int httpStatus() {
        return httpStatus;
    }
}
