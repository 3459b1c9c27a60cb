package ai.september.bap.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** The operator and its one product, over HTTP. Thread-safe. */
final class Api {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String HEALTHY = "{\"status\":\"ok\"}";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI base;
    private final String adminKey;

    Api(URI base, String adminKey) {
        this.base = base;
        this.adminKey = adminKey;
    }

    URI base() {
        return base;
    }

    int port() {
        return base.getPort();
    }

    /** Waits until it serves and everything behind it does, too. */
    void awaitHealthy() throws IOException, InterruptedException {
        HttpRequest health = HttpRequest.newBuilder(base.resolve("/health")).build();
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!HEALTHY.equals(answer(health))) {
            if (System.nanoTime() > end) {
                throw new IOException("/health does not become ok: " + answer(health));
            }
            Thread.sleep(100);
        }
    }

    private String answer(HttpRequest request) throws InterruptedException {
        try {
            return http.send(request, BodyHandlers.ofString()).body();
        } catch (IOException notYet) {
            return notYet.toString();
        }
    }

    /** Registers a product with this policy; its platform key. */
    String register(String slug, String policy) throws IOException, InterruptedException {
        return registered(slug, policy).path("platform_api_key").asText();
    }

    /** The same; all of the answer. */
    JsonNode registered(String slug, String policy) throws IOException, InterruptedException {
        String body = "{\"slug\":\"%s\",\"display_name\":\"bench\",\"policy\":%s}".formatted(slug, policy);
        return send("POST", "/products/register", "X-Admin-Key", adminKey, body);
    }

    /** Gives a product another policy. */
    void replacePolicy(String productId, String policy) throws IOException, InterruptedException {
        String body = "{\"policy\":" + policy + "}";
        JsonNode unused = send("PUT", "/products/" + productId + "/policy", "X-Admin-Key", adminKey, body);
    }

    /** How many engines of a product are in this state. */
    int count(String platformKey, String status) throws IOException, InterruptedException {
        return send("GET", "/status", "X-Platform-Key", platformKey, "")
                .path("by_status")
                .path(status)
                .asInt();
    }

    /**
     * Admits a user whose engine may sleep, and waits.
     *
     * @throws IOException if the user is not admitted to an engine that runs
     */
    void wake(String platformKey, String userId) throws IOException, InterruptedException {
        JsonNode answer =
                send("POST", "/engines/" + userId + "/admit", "X-Platform-Key", platformKey, "{\"auto_wake\":true}");
        if (!answer.at("/engine/status").asText().equals("running")) {
            throw new IOException(userId + " is not admitted: " + answer);
        }
    }

    /** Provisions and waits; the engine's id. */
    String provision(String platformKey, String userId) throws IOException, InterruptedException {
        String body = "{\"user_id\":\"%s\"}".formatted(userId);
        return send("POST", "/engines/provision", "X-Platform-Key", platformKey, body)
                .path("engine_id")
                .asText();
    }

    /** One of the verbs in an engine's address, and waits. */
    void command(String platformKey, String userId, String verb) throws IOException, InterruptedException {
        send("POST", "/engines/" + userId + "/" + verb, "X-Platform-Key", platformKey, "");
    }

    void destroy(String platformKey, String userId) throws IOException, InterruptedException {
        send("DELETE", "/engines/" + userId, "X-Platform-Key", platformKey, "");
    }

    /** Asks for a user's engine, with a body that may be empty, and does not wait; whatever is answered is the answer. */
    CompletableFuture<HttpResponse<String>> admit(String platformKey, String userId, String body) {
        return http.sendAsync(
                request("POST", "/engines/" + userId + "/admit", "X-Platform-Key", platformKey, body),
                BodyHandlers.ofString());
    }

    private HttpRequest request(String method, String path, String header, String key, String body) {
        return HttpRequest.newBuilder(base.resolve(path))
                .header(header, key)
                .header("Content-Type", "application/json")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
    }

    private JsonNode send(String method, String path, String header, String key, String body)
            throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(request(method, path, header, key, body), BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException(method + " " + path + ": " + response.statusCode() + " " + response.body());
        }
        return JSON.readTree(response.body());
    }
}
