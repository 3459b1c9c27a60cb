package ai.september.engine.http;

import ai.september.engine.error.EngineException;
import ai.september.engine.error.ErrorCode;
import ai.september.engine.json.Json;
import ai.september.engine.json.Json.JsonException;
import ai.september.engine.turn.TurnRunner;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The body of POST /execute. A missing or null {@code task_id} begins a task of its own; unknown fields are ignored. */
record ExecuteRequest(String message, String taskId) {

    private static final int MAX_TASK_ID = 255;

    static ExecuteRequest parse(byte[] body) {
        Map<String, @Nullable Object> fields = fields(body);
        return new ExecuteRequest(message(fields.get("message")), taskId(fields.get("task_id")));
    }

    private static Map<String, @Nullable Object> fields(byte[] body) {
        try {
            return Json.readObject(body);
        } catch (JsonException e) {
            throw invalid("The body is " + e.getMessage() + "; send one JSON object in UTF-8.");
        }
    }

    private static String message(@Nullable Object value) {
        if (!(value instanceof String text) || text.isBlank() || hasLoneSurrogate(text)) {
            throw invalid("'message' must be a string that is not blank.");
        }
        return text;
    }

    private static String taskId(@Nullable Object value) {
        return value == null ? "task_" + TurnRunner.randomId() : requireTaskId(value);
    }

    /** @throws EngineException if it is not a legal task id */
    static String requireTaskId(Object value) {
        if (!(value instanceof String text)
                || text.isEmpty()
                || text.codePointCount(0, text.length()) > MAX_TASK_ID
                || hasLoneSurrogate(text)
                || text.codePoints().anyMatch(c -> Character.getType(c) == Character.CONTROL)) {
            throw invalid(
                    "'task_id' must be a string of 1 to " + MAX_TASK_ID + " characters without control characters.");
        }
        return text;
    }

    private static boolean hasLoneSurrogate(String text) {
        return text.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE);
    }

    private static EngineException invalid(String message) {
        return new EngineException(ErrorCode.INVALID_REQUEST, message);
    }
}
