package ai.september.bap.local.cli;

import ai.september.bap.local.ExitCode;
import ai.september.bap.local.LocalException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The doctor of a worker, behind its admin port. */
final class WorkerDoctor {

    private static final int PORT = 8082;
    private static final Duration CONNECT_TIME = Duration.ofSeconds(2);

    /** It looks at the whole fleet, twice. */
    private static final Duration ANSWER_TIME = Duration.ofMinutes(5);

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(CONNECT_TIME).build();
    private final @Nullable URI url;

    /** That of the worker at {@code url}; null: of one on this machine. */
    WorkerDoctor(@Nullable URI url) {
        this.url = url;
    }

    /**
     * What it finds.
     *
     * @throws LocalException if nobody answers, or it cannot look
     */
    JsonNode ask() throws InterruptedException {
        return answer().orElseThrow(() -> new LocalException(
                ExitCode.CANNOT_LOOK,
                "No worker answers at %s: start one, or say where its admin port is (--url http://HOST:8082)."
                        .formatted(url == null ? "port " + PORT + " of this machine" : url)));
    }

    /** Which installation the worker is of; empty if nobody answers at all. */
    Optional<String> askForInstallation() throws InterruptedException {
        return answer().map(found -> found.path("installation_id").asText());
    }

    private Optional<JsonNode> answer() throws InterruptedException {
        for (URI candidate : url == null ? ofThisMachine() : List.of(url)) {
            Optional<HttpResponse<String>> response = get(candidate);
            if (response.isPresent()) {
                return Optional.of(read(candidate, response.get()));
            }
        }
        return Optional.empty();
    }

    private Optional<HttpResponse<String>> get(URI worker) throws InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(worker.resolve("/admin/doctor"))
                    .timeout(ANSWER_TIME)
                    .build();
            return Optional.of(client.send(request, HttpResponse.BodyHandlers.ofString()));
        } catch (IOException nobodyThere) {
            return Optional.empty();
        } catch (IllegalArgumentException noUrl) {
            throw new LocalException(
                    ExitCode.INVALID_USAGE, worker + " is not a worker's address: use http://HOST:8082.", noUrl);
        }
    }

    private static JsonNode read(URI worker, HttpResponse<String> response) {
        try {
            JsonNode body = new ObjectMapper().readTree(response.body());
            if (response.statusCode() == 200 && body.path("installation_id").isTextual()) {
                return body;
            }
            if (body.at("/error/message").isTextual()) {
                throw new LocalException(
                        ExitCode.CANNOT_LOOK, body.at("/error/message").asText());
            }
        } catch (IOException notJson) {
            // Said below.
        }
        throw new LocalException(
                ExitCode.CANNOT_LOOK,
                "What answers at %s is no worker's admin port (status %d): say where that is with --url."
                        .formatted(worker, response.statusCode()));
    }

    /** In a container a worker listens on one of its networks only. */
    private static List<URI> ofThisMachine() {
        List<URI> candidates = new ArrayList<>(List.of(URI.create("http://127.0.0.1:" + PORT)));
        try {
            NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                    .map(InetAddress::getHostAddress)
                    .filter(address -> !address.contains(":"))
                    .forEach(address -> candidates.add(URI.create("http://" + address + ":" + PORT)));
        } catch (SocketException unknown) {
            // Then only the first.
        }
        return candidates;
    }
}
