package ai.september.bap.activities.probe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Understands what an engine answered; whatever it is, it comes to something. Thread-safe. */
final class AnswerReader {

    /** The one subsystem whose failure a restart can not cure. */
    private static final String LLM_PROVIDER = "llm_provider";

    /** What an engine says goes on into audit log and messages: names, and nothing that might be more. */
    private static final Pattern NAME = Pattern.compile("[a-z_]{1,32}");

    private static final int MOST_NAMES = 5;

    private final ObjectMapper json = new ObjectMapper();

    HealthAnswer read(int status, byte[] body) {
        JsonNode answer = parse(body);
        if (answer == null) {
            return HealthAnswer.none("it answered " + status + ", and no JSON");
        }
        Health health = judge(status, answer);
        return new HealthAnswer(
                health,
                Math.max(0, answer.path("active_turns").asInt(0)),
                instant(answer.path("last_activity_at")),
                health == Health.OK ? null : problem(status, answer));
    }

    private @Nullable JsonNode parse(byte[] body) {
        try {
            return json.readTree(body);
        } catch (JsonProcessingException notJson) {
            return null;
        } catch (IOException neverOfBytes) {
            throw new IllegalStateException(neverOfBytes);
        }
    }

    private static Health judge(int status, JsonNode answer) {
        if (status / 100 == 2 && answer.path("status").asText().equals("ok")) {
            return Health.OK;
        }
        return failing(answer).equals(List.of(LLM_PROVIDER)) ? Health.DEGRADED : Health.NOT_OK;
    }

    private static List<String> failing(JsonNode answer) {
        return answer.path("subsystems").properties().stream()
                .filter(subsystem -> !subsystem.getValue().asText().equals("ok"))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static String problem(int status, JsonNode answer) {
        StringBuilder problem = new StringBuilder("it answered ").append(status);
        String says = answer.path("status").asText();
        if (NAME.matcher(says).matches()) {
            problem.append(", status ").append(says);
        }
        List<String> failing = failing(answer).stream()
                .filter(name -> NAME.matcher(name).matches())
                .limit(MOST_NAMES)
                .toList();
        if (!failing.isEmpty()) {
            problem.append(", failing: ").append(String.join(", ", failing));
        }
        return problem.toString();
    }

    private static @Nullable Instant instant(JsonNode value) {
        try {
            return value.isTextual() ? Instant.parse(value.asText()) : null;
        } catch (DateTimeException noTime) {
            return null;
        }
    }
}
