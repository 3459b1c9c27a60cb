package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** A product's backend, talking to one engine directly with the URL and key it was handed. */
public record EngineClient(String url, String key) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** Of an engine object. */
    public static EngineClient of(JsonNode engine) {
        return new EngineClient(
                engine.path("url").asText(), engine.path("api_key").asText());
    }

    /** Runs a turn and returns the whole answer. */
    public String say(String task, String message) {
        HttpResponse<String> response = execute(task, message);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        StringBuilder answer = new StringBuilder();
        boolean text = false;
        for (String line : response.body().lines().toList()) {
            if (line.startsWith("event: ")) {
                text = line.equals("event: text_delta");
            } else if (text && line.startsWith("data: ")) {
                answer.append(parse(line.substring(6)).path("text").asText());
            }
        }
        return answer.toString();
    }

    /** The status a turn is answered with. */
    public int status() {
        return execute("probe", "anyone there?").statusCode();
    }

    /** Whether nothing listens there any more. */
    boolean isGone() {
        try {
            send("probe", "anyone there?");
            return false;
        } catch (IOException refused) {
            return true;
        }
    }

    private HttpResponse<String> execute(String task, String message) {
        try {
            return send(task, message);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private HttpResponse<String> send(String task, String message) throws IOException {
        String body = JSON.createObjectNode()
                .put("task_id", task)
                .put("message", message)
                .toString();
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/execute"))
                .timeout(Duration.ofSeconds(30))
                .header("X-Engine-Key", key)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
