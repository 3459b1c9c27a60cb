package ai.september.engine.testing;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Talks to an engine as a product does. */
public final class EngineClient {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String base;
    private final String key;

    EngineClient(String base, String key) {
        this.base = base;
        this.key = key;
    }

    public HttpResponse<String> health() throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(base + "/health"))
                        .timeout(PATIENCE)
                        .build(),
                BodyHandlers.ofString());
    }

    public int port() {
        return URI.create(base).getPort();
    }

    /** A request with the key, to be altered and sent. */
    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path)).timeout(PATIENCE).header("X-Engine-Key", key);
    }

    /** A POST to /execute with this body. */
    public HttpRequest.Builder execute(String json) {
        return request("/execute").header("Content-Type", "application/json").POST(BodyPublishers.ofString(json));
    }

    public static String turn(String taskId, String message) {
        return "{\"task_id\":\"" + taskId + "\",\"message\":\"" + message + "\"}";
    }

    public HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.ofString());
    }

    /** Opens an event stream; its answer's head has arrived. */
    public EventReader open(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<InputStream> response = http.send(request.build(), BodyHandlers.ofInputStream());
        return new EventReader(response);
    }

    /** Runs a turn to its end. */
    public EventReader finishedTurn(String taskId, String message) throws IOException, InterruptedException {
        EventReader events = open(execute(turn(taskId, message)));
        events.readToEnd();
        return events;
    }
}
