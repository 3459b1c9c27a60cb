package ai.september.engine.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads an event stream line by line, as it arrives. */
public final class EventReader implements AutoCloseable {

    private final HttpResponse<InputStream> response;
    private final BufferedReader lines;
    private final List<Event> events = new ArrayList<>();

    EventReader(HttpResponse<InputStream> response) {
        this.response = response;
        this.lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    public HttpResponse<InputStream> response() {
        return response;
    }

    /** The next event, or null at the end. */
    public @Nullable Event next() throws IOException {
        String name = "";
        String id = "";
        String data = "";
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.isEmpty()) {
                Event event = new Event(name, id, data);
                events.add(event);
                return event;
            } else if (line.startsWith("event: ")) {
                name = line.substring(7);
            } else if (line.startsWith("id: ")) {
                id = line.substring(4);
            } else if (line.startsWith("data: ") && data.isEmpty()) {
                data = line.substring(6);
            } else {
                throw new IllegalStateException("not a line of one event: " + line);
            }
        }
        return null;
    }

    /** Reads until an event of this name, which must come. */
    public Event nextNamed(String name) throws IOException {
        for (Event event = next(); event != null; event = next()) {
            if (event.name().equals(name)) {
                return event;
            }
        }
        throw new IllegalStateException("no " + name + " in " + events);
    }

    public List<Event> readToEnd() throws IOException {
        while (next() != null) {
            // The events are kept by next().
        }
        return events();
    }

    /** What was read so far, without heartbeats. */
    public List<Event> events() {
        return events.stream()
                .filter(event -> !event.name().equals("heartbeat"))
                .toList();
    }

    public String text() {
        StringBuilder text = new StringBuilder();
        for (Event event : events()) {
            if (event.name().equals("text_delta")) {
                text.append(event.field("text"));
            }
        }
        return text.toString();
    }

    public Event last() {
        return events().get(events().size() - 1);
    }

    public String turnId() {
        return events().get(0).field("turn_id");
    }

    @Override
    public void close() throws IOException {
        response.body().close();
    }

    /** One event as it came. */
    public record Event(String name, String id, String data) {

        /** A string field of the data, without unescaping. */
        public String field(String field) {
            return find(field).orElseThrow(() -> new IllegalStateException("no " + field + " in " + data));
        }

        private Optional<String> find(String field) {
            int at = data.indexOf("\"" + field + "\":\"");
            if (at < 0) {
                return Optional.empty();
            }
            int from = at + field.length() + 4;
            int to = from;
            while (data.charAt(to) != '"') {
                to += data.charAt(to) == '\\' ? 2 : 1;
            }
            return Optional.of(data.substring(from, to));
        }
    }
}
