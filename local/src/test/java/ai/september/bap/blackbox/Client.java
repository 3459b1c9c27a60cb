package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** A product's backend, or the operator: speaks HTTP to the orchestrator and nothing else. */
public final class Client {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LONGEST_ANSWER = Duration.ofMinutes(2);

    private final URI base;
    private final Map<String, String> headers;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Client(URI base, Map<String, String> headers) {
        this.base = base;
        this.headers = headers;
    }

    /** Somebody without a key. */
    public static Client anonymous(URI base) {
        return new Client(base, Map.of());
    }

    /** The operator. */
    public static Client operator(URI base, String adminKey) {
        return new Client(base, Map.of("X-Admin-Key", adminKey));
    }

    /** A product. */
    public static Client product(URI base, String platformKey) {
        return new Client(base, Map.of("X-Platform-Key", platformKey));
    }

    /** The same, with one more header. */
    public Client with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Client(base, more);
    }

    /** A status and the JSON that came with it. */
    public record Reply(int status, JsonNode body, HttpResponse<String> raw) {

        /** The same, having made sure that it is a success. */
        public Reply isOk() {
            assertThat(status).as(body.toString()).isEqualTo(200);
            return this;
        }

        /** The same, having made sure that it is this refusal, in the envelope. */
        public Reply isRefused(int expected, String code) {
            assertThat(status + " " + code()).as(body.toString()).isEqualTo(expected + " " + code);
            assertThat(fields("")).containsExactly("error");
            assertThat(fields("/error")).containsExactlyInAnyOrder("code", "message");
            assertThat(text("/error/message")).isNotBlank();
            assertThat(header("Content-Type")).isEqualTo("application/json");
            assertThat(header("Retry-After")).matches(expected == 429 || expected == 503 ? "[1-9][0-9]*" : "");
            return this;
        }

        /** The same, having made sure that the operation goes on: its id. */
        public String isAccepted() {
            assertThat(status).as(body.toString()).isEqualTo(202);
            assertThat(header("Location")).isEqualTo("/operations/" + text("/operation_id"));
            assertThat(header("Retry-After")).matches("[1-9][0-9]*");
            return text("/operation_id");
        }

        /** The same, having made sure that it is a polite refusal of an admit. */
        public Reply isDenied(String reason) {
            isOk();
            assertThat(body.toString()).isEqualTo("{\"admitted\":false,\"engine\":null,\"reason\":\"" + reason + "\"}");
            return this;
        }

        /** Without what goes on by itself: when an engine was last seen healthy moves with each sweep. */
        public JsonNode lasting() {
            JsonNode copy = body.deepCopy();
            Stream.of(copy, copy.path("engine"))
                    .filter(JsonNode::isObject)
                    .forEach(object -> ((ObjectNode) object).remove("last_health_at"));
            return copy;
        }

        /** Names of an object's fields, in their order. */
        public List<String> fields(String pointer) {
            return body.at(pointer).propertyStream().map(Map.Entry::getKey).toList();
        }

        public String text(String pointer) {
            return body.at(pointer).asText();
        }

        public String code() {
            return text("/error/code");
        }

        public String header(String name) {
            return raw.headers().firstValue(name).orElse("");
        }
    }

    public Reply get(String path) {
        return send("GET", path, "");
    }

    public Reply post(String path, String body) {
        return send("POST", path, body);
    }

    public Reply post(String path) {
        return send("POST", path, "");
    }

    public Reply put(String path, String body) {
        return send("PUT", path, body);
    }

    public Reply delete(String path) {
        return send("DELETE", path, "");
    }

    public Reply send(String method, String path, String body) {
        return sendAsync(method, path, body).join();
    }

    public CompletableFuture<Reply> postAsync(String path, String body) {
        return sendAsync("POST", path, body);
    }

    public CompletableFuture<Reply> sendAsync(String method, String path, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(LONGEST_ANSWER)
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (!body.isEmpty() && !headers.containsKey("Content-Type")) {
            request.header("Content-Type", "application/json");
        }
        headers.forEach(request::header);
        return http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString())
                .thenApply(Client::reply)
                .thenApply(reply -> {
                    Contract.hold(
                            method,
                            path,
                            reply.status(),
                            reply.body(),
                            reply.raw().headers());
                    return reply;
                });
    }

    /** An object of one text field. */
    public static String json(String field, String value) {
        return JSON.createObjectNode().put(field, value).toString();
    }

    /** A user id as a path segment. */
    public static String segment(String userId) {
        return URLEncoder.encode(userId, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static Reply reply(HttpResponse<String> response) {
        try {
            return new Reply(response.statusCode(), JSON.readTree(response.body()), response);
        } catch (IOException notJson) {
            throw new AssertionError("not JSON: " + response.body(), notJson);
        }
    }
}
