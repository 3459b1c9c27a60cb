package ai.september.engine.turn;

import ai.september.engine.brain.EventRow;
import ai.september.engine.error.FlatError;
import ai.september.engine.json.Json;
import ai.september.engine.provider.Usage;
import java.util.LinkedHashMap;
import java.util.Map;

/** Words the events of a turn, as the contract has them. Thread-safe. */
final class TurnEvents {

    private final String taskId;
    private final String turnId;

    TurnEvents(String taskId, String turnId) {
        this.taskId = taskId;
        this.turnId = turnId;
    }

    EventRow lifecycle(long seq, String phase, String timestamp) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("phase", phase);
        data.put("task_id", taskId);
        data.put("turn_id", turnId);
        data.put("timestamp", timestamp);
        return new EventRow(seq, "thread_lifecycle", Json.write(data));
    }

    EventRow text(long seq, String delta) {
        return new EventRow(seq, "text_delta", Json.write(Map.of("text", delta)));
    }

    EventRow usage(long seq, Usage usage) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("input_tokens", usage.inputTokens());
        data.put("output_tokens", usage.outputTokens());
        data.put("cache_hit_tokens", usage.cacheHitTokens());
        return new EventRow(seq, "usage", Json.write(data));
    }

    EventRow error(long seq, FlatError error) {
        return new EventRow(seq, "error", Json.write(error.toJson()));
    }
}
