package ai.september.bap.api.http;

import static java.util.Objects.requireNonNull;

import ai.september.bap.registry.error.ErrorCode;
import io.swagger.v3.oas.annotations.media.Schema;

/** The envelope of every error: {@code {"error":{"code","message"}}}. */
@Schema(name = "Error")
public record ErrorBody(Fault error) {

    public ErrorBody {
        requireNonNull(error, "error");
    }

    static ErrorBody of(ErrorCode code, String message) {
        return new ErrorBody(new Fault(code, message));
    }

    /** What is wrong, and what to do next. */
    @Schema(name = "ErrorDetail")
    public record Fault(ErrorCode code, String message) {

        public Fault {
            requireNonNull(code, "code");
            requireNonNull(message, "message");
        }
    }
}
