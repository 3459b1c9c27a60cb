package ai.september.bap.activities.probe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Probes {@code GET /health} of an engine as the engine contract defines it: no redirects followed, at most 64 KiB
 * read. Thread-safe.
 */
public final class HealthProbe {

    private static final int MAX_BODY = 64 * 1024;

    /** The one subsystem whose failure a restart can not cure. */
    private static final String LLM_PROVIDER = "llm_provider";

    private final HttpClient client;
    private final ObjectMapper json = new ObjectMapper();
    private final Duration timeout;

    /** A probe that takes at most {@code timeout}, from connecting to the last byte. */
    public HealthProbe(Duration timeout) {
        this.timeout = timeout;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeout)
                .build();
    }

    /** Asks once. An engine that can not be reached is {@link Health#NOT_OK}, not an exception. */
    public Health ask(URI engine) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(engine.resolve("/health")).build();
        // The client's own timeout ends with the headers, and a read of the body can not be interrupted: hence the
        // future.
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(request, headers -> new BoundedBody(MAX_BODY));
        try {
            HttpResponse<byte[]> response = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return judge(response.statusCode(), response.body());
        } catch (ExecutionException | TimeoutException | IOException unreachable) {
            return Health.NOT_OK;
        } finally {
            answer.cancel(true);
        }
    }

    private Health judge(int status, byte[] body) throws IOException {
        JsonNode answer;
        try {
            answer = json.readTree(body);
        } catch (JsonProcessingException notJson) {
            return Health.NOT_OK;
        }
        if (status / 100 == 2 && answer.path("status").asText().equals("ok")) {
            return Health.OK;
        }
        return onlyProviderFails(answer.path("subsystems")) ? Health.DEGRADED : Health.NOT_OK;
    }

    private static boolean onlyProviderFails(JsonNode subsystems) {
        boolean providerFails = false;
        for (Map.Entry<String, JsonNode> subsystem : subsystems.properties()) {
            if (subsystem.getValue().asText().equals("ok")) {
                continue;
            }
            if (!subsystem.getKey().equals(LLM_PROVIDER)) {
                return false;
            }
            providerFails = true;
        }
        return providerFails;
    }
}
