package ai.september.engine.provider;

import ai.september.engine.error.EngineException;
import ai.september.engine.error.ErrorCode;
import java.time.Duration;
import java.util.Map;

/**
 * How the adapters bound and name what goes wrong. The messages are ours: a provider's own may quote the key or what the
 * user said.
 */
public final class ProviderFailures {

    /** After the first attempt; the SDKs back off and heed {@code Retry-After}. */
    public static final int MAX_RETRIES = 2;

    public static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    /** Between two pieces of a stream. */
    public static final Duration SILENCE_TIMEOUT = Duration.ofMinutes(2);

    public static final Duration TURN_TIMEOUT = Duration.ofMinutes(10);

    private ProviderFailures() {}

    /**
     * For an HTTP status of the provider.
     *
     * @param streaming whether the provider had begun to answer, and then reported the failure in its stream
     */
    public static EngineException ofStatus(int status, boolean streaming) {
        if (status == 401 || status == 403) {
            return failure(ErrorCode.LLM_KEY_REFUSED, "The provider refuses its key; set a valid one.", status);
        }
        if (status == 429) {
            return failure(
                    ErrorCode.LLM_RATE_LIMITED, "The provider limits the rate; send the message again later.", status);
        }
        if (status == 408 || status >= 500) {
            return failure(
                    ErrorCode.LLM_UNAVAILABLE, "The provider has a fault; send the message again later.", status);
        }
        if (streaming) {
            return ofTransport(true);
        }
        return failure(
                ErrorCode.LLM_REQUEST_REFUSED,
                "The provider refuses this request; check LLM_MODEL and LLM_BASE_URL, or begin a new task.",
                status);
    }

    /**
     * For a connection that failed.
     *
     * @param streaming whether the provider had begun to answer
     */
    public static EngineException ofTransport(boolean streaming) {
        return streaming
                ? new EngineException(
                        ErrorCode.LLM_STREAM_BROKEN, "The provider's answer broke off; send the message again.")
                : new EngineException(
                        ErrorCode.LLM_UNAVAILABLE, "The provider cannot be reached; send the message again later.");
    }

    private static EngineException failure(ErrorCode code, String message, int status) {
        return new EngineException(code, message, Map.of("status", status), null);
    }
}
