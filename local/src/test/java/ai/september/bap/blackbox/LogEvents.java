package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client that follows an engine's logs. */
final class LogEvents implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** One event. */
    record Event(String name, JsonNode data) {

        String text() {
            return data.path("text").asText();
        }
    }

    private static final Event NONE = new Event("none", JSON.createObjectNode());

    private final HttpResponse<InputStream> response;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

    private LogEvents(HttpResponse<InputStream> response) {
        this.response = response;
        Thread reader = new Thread(this::read, "log-events");
        reader.setDaemon(true);
        reader.start();
    }

    static LogEvents of(Product product, URI api, String user, String query) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(api + Product.path(user) + "/logs?follow=true" + query))
                .header("X-Platform-Key", product.platformKey())
                .header("Accept", "text/event-stream")
                .build();
        HttpResponse<InputStream> response = HttpClient.newHttpClient()
                .sendAsync(request, HttpResponse.BodyHandlers.ofInputStream())
                .join();
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("text/event-stream");
        return new LogEvents(response);
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            String name = "";
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("event: ")) {
                    name = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    events.add(new Event(name, JSON.readTree(line.substring(6))));
                }
            }
        } catch (IOException closed) {
            // By the test.
        }
    }

    /** The next event within that time; one called none if there is none. */
    Event next(Duration within) throws InterruptedException {
        Event event = events.poll(within.toMillis(), TimeUnit.MILLISECONDS);
        return event == null ? NONE : event;
    }

    /** The text of the next line that begins so; others are passed over. */
    String line(String beginning) throws InterruptedException {
        Event event = next(Duration.ofSeconds(20));
        while (event.name().equals("line") && !event.text().startsWith(beginning)) {
            event = next(Duration.ofSeconds(20));
        }
        assertThat(event.name()).isEqualTo("line");
        return event.text();
    }

    /** Why it ends; lines before that are passed over. */
    String end() throws InterruptedException {
        Event event = next(Duration.ofSeconds(60));
        while (event.name().equals("line")) {
            event = next(Duration.ofSeconds(60));
        }
        assertThat(event.name()).isEqualTo("end");
        return event.data().path("reason").asText();
    }

    /** The client goes away. */
    @Override
    public void close() throws IOException {
        response.body().close();
    }
}
