package ai.september.bap.blackbox;

import ai.september.bap.process.server.RunningServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Stream;

/** One scrape of a process' {@code /prometheus}. */
record Metrics(List<String> lines) {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    static Metrics of(RunningServer process) {
        URI scrape = URI.create("http://127.0.0.1:" + process.adminPort() + "/prometheus");
        try {
            return new Metrics(HTTP.send(HttpRequest.newBuilder(scrape).build(), HttpResponse.BodyHandlers.ofString())
                    .body()
                    .lines()
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The sum of a metric over its series, or over those that have all of these labels ({@code kind="stop"}). */
    double sum(String name, String... labels) {
        return series(name, labels)
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Whether there is such a series at all. */
    boolean has(String name, String... labels) {
        return series(name, labels).findAny().isPresent();
    }

    private Stream<String> series(String name, String... labels) {
        return lines.stream()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .filter(line -> Stream.of(labels).allMatch(line::contains));
    }
}
