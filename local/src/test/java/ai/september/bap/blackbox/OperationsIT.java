package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.testing.Await;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Operations as lists, and as they happen. */
class OperationsIT {

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR = Orchestrator.shared();

    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void areListedNewestFirstInPages() {
        Product product = ORCHESTRATOR.register("listed");
        String engine = product.provision("a").text("/engine_id");
        product.post("a", "stop").isOk();
        product.provision("b");

        JsonNode all = product.client().get("/operations").isOk().body();
        assertThat(all.at("/operations").findValuesAsText("kind")).containsExactly("provision", "stop", "provision");
        assertThat(all.path("next_cursor").isNull()).isTrue();
        String first = all.at("/operations/0/operation_id").asText();
        assertThat(all.at("/operations/0"))
                .isEqualTo(product.client().get("/operations/" + first).body());
        assertThat(kinds(product, "engine_id=" + engine)).containsExactly("stop", "provision");
        assertThat(kinds(product, "user_id=b")).containsExactly("provision");
        assertThat(kinds(product, "kind=stop&status=succeeded")).containsExactly("stop");
        assertThat(kinds(product, "status=failed")).isEmpty();

        List<String> paged = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = product.client()
                    .get("/operations?limit=2" + (cursor.isEmpty() ? "" : "&cursor=" + cursor))
                    .isOk()
                    .body();
            paged.addAll(page.at("/operations").findValuesAsText("operation_id"));
            cursor = page.path("next_cursor").isNull()
                    ? ""
                    : page.path("next_cursor").asText();
        } while (!cursor.isEmpty());
        assertThat(paged).isEqualTo(all.at("/operations").findValuesAsText("operation_id"));
        for (String bad : List.of("cursor=x", "kind=reboot", "engine_id=1", "limit=1001", "status=")) {
            product.client().get("/operations?" + bad).isRefused(400, "INVALID_REQUEST");
        }
        assertThat(ORCHESTRATOR
                        .register("listed")
                        .client()
                        .get("/operations")
                        .body()
                        .at("/operations"))
                .isEmpty();
    }

    private static List<String> kinds(Product product, String filters) {
        return product.client()
                .get("/operations?" + filters)
                .isOk()
                .body()
                .at("/operations")
                .findValuesAsText("kind");
    }

    /** One event of a stream. */
    private record Event(String id, String name, JsonNode data) {}

    private static HttpResponse<Stream<String>> stream(Product product, String operation, String lastEventId) {
        return stream("X-Platform-Key", product.platformKey(), operation, lastEventId);
    }

    private static HttpResponse<Stream<String>> stream(
            String header, String key, String operation, String lastEventId) {
        HttpRequest.Builder request = events(operation).header(header, key).header("Accept", "text/event-stream");
        if (!lastEventId.isEmpty()) {
            request.header("Last-Event-ID", lastEventId);
        }
        return HttpClient.newHttpClient()
                .sendAsync(request.build(), HttpResponse.BodyHandlers.ofLines())
                .join();
    }

    private static HttpRequest.Builder events(String operation) {
        return HttpRequest.newBuilder(URI.create(ORCHESTRATOR.api() + "/operations/" + operation + "/events"));
    }

    private static List<Event> events(HttpResponse<Stream<String>> response) throws Exception {
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("text/event-stream");
        List<Event> events = new ArrayList<>();
        String id = "";
        String name = "";
        for (String line : response.body().toList()) {
            if (line.startsWith("id: ")) {
                id = line.substring(4);
            } else if (line.startsWith("event: ")) {
                name = line.substring(7);
            } else if (line.startsWith("data: ")) {
                events.add(new Event(id, name, JSON.readTree(line.substring(6))));
            }
        }
        return events;
    }

    @Test
    void tellWhatHappensWhileAnEngineBootsAndEndWithIt() throws Exception {
        Product product = ORCHESTRATOR.register("told");
        String operation = product.async()
                .client()
                .post("/engines/provision", Client.json("user_id", "u"))
                .isAccepted();

        List<Event> events = events(stream(product, operation, ""));

        assertThat(events).extracting(Event::name).startsWith("operation").endsWith("operation");
        assertThat(events.stream()
                        .filter(event -> event.name().equals("step"))
                        .map(event -> event.data().path("name").asText() + " "
                                + event.data().path("status").asText()))
                .containsExactly(
                        "migrate_brain running",
                        "migrate_brain succeeded",
                        "launch_container running",
                        "launch_container succeeded",
                        "await_healthy running",
                        "await_healthy succeeded");
        assertThat(events.get(events.size() - 1).data())
                .isEqualTo(product.client().get("/operations/" + operation).body());
        assertThat(events)
                .extracting(event -> Integer.parseInt(event.id()))
                .isSorted()
                .doesNotHaveDuplicates();
        product.destroy("u").isOk();
    }

    @Test
    void areTakenUpAfterTheLastEventThatCame() throws Exception {
        Product product = ORCHESTRATOR.register("resumed");
        String operation = product.async()
                .client()
                .post("/engines/provision", Client.json("user_id", "u"))
                .isAccepted();
        Operations.awaitEnd(product, operation, "succeeded");
        List<Event> all = events(stream(product, operation, ""));

        assertThat(events(stream(product, operation, all.get(3).id()))).isEqualTo(all.subList(4, all.size()));
        assertThat(stream(product, operation, all.get(all.size() - 1).id()).statusCode())
                .as("or a browser would ask for more for ever")
                .isEqualTo(204);
        product.destroy("u").isOk();
    }

    @Test
    void areWatchedByManyAtOnceButNoProductTakesMoreThanItsShareOfStreams() throws Exception {
        Product product = ORCHESTRATOR.register("watched");
        Product other = ORCHESTRATOR.register("watching");
        List<HttpResponse<Stream<String>>> watching = new ArrayList<>();
        try (SteerableEngine.Steering boots = ORCHESTRATOR.engine().silent()) {
            String operation = provisioning(product);
            String others = provisioning(other);
            for (int i = 0; i < 100; i++) {
                watching.add(stream(product, operation, ""));
            }

            Client.Reply refused = product.client().get("/operations/" + operation + "/events");
            refused.isRefused(429, "RATE_LIMITED");
            assertThat(refused.header("Retry-After")).isNotEmpty();
            HttpResponse<Void> head = HttpClient.newHttpClient()
                    .send(
                            events(operation)
                                    .header("X-Platform-Key", product.platformKey())
                                    .method("HEAD", HttpRequest.BodyPublishers.noBody())
                                    .build(),
                            HttpResponse.BodyHandlers.discarding());
            assertThat(head.statusCode()).as("takes no place").isEqualTo(200);
            assertThat(head.headers().firstValue("Content-Length")).isEmpty();
            watching.add(stream(other, others, ""));
            watching.add(stream("X-Admin-Key", Orchestrator.ADMIN_KEY, operation, ""));
            product.destroy("u").isOk();
            Await.atMost(Duration.ofSeconds(5), "there are places again")
                    .until(() -> stream(product, operation, "").statusCode() == 200);
        }
        other.destroy("u").isOk();

        for (HttpResponse<Stream<String>> each : watching) {
            List<Event> events = events(each);
            assertThat(events.get(events.size() - 1).data().path("status").asText())
                    .isIn("cancelled", "succeeded");
        }
    }

    private static String provisioning(Product product) {
        return product.async()
                .client()
                .post("/engines/provision", Client.json("user_id", "u"))
                .isAccepted();
    }

    @Test
    void ofOthersAreNotToldNorStrangely() {
        Product product = ORCHESTRATOR.register("quiet");
        Product other = ORCHESTRATOR.register("quiet");
        other.provision("u");
        String operation = other.client()
                .get("/operations")
                .body()
                .at("/operations/0/operation_id")
                .asText();
        Client.Reply anothers = product.client().get("/operations/" + operation + "/events");

        anothers.isRefused(404, "OPERATION_NOT_FOUND");
        assertThat(anothers.body())
                .isEqualTo(product.client()
                        .get("/operations/" + UUID.randomUUID() + "/events")
                        .body());
        ORCHESTRATOR.anonymous().get("/operations/" + operation + "/events").isRefused(401, "INVALID_PLATFORM_KEY");
        other.client()
                .with("Last-Event-ID", "soon")
                .get("/operations/" + operation + "/events")
                .isRefused(400, "INVALID_REQUEST");
        Client.Reply unacceptable =
                other.client().with("Accept", "application/json").get("/operations/" + operation + "/events");
        unacceptable.isRefused(406, "INVALID_REQUEST");
        assertThat(unacceptable.text("/error/message")).contains("text/event-stream");
        other.destroy("u").isOk();
    }
}
