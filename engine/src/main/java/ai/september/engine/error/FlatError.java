package ai.september.engine.error;

import java.util.LinkedHashMap;
import java.util.Map;

/** The engine's error envelope: {@code {"error":"CODE","message":"…","details":{}}}. */
public record FlatError(ErrorCode code, String message, Map<String, Object> details) {

    public FlatError {
        details = Map.copyOf(details);
    }

    /** Its JSON object, in the order of the contract. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("error", code.name());
        json.put("message", message);
        json.put("details", details);
        return json;
    }
}
