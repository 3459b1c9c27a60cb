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
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The doctor of a worker, behind its admin port. */
final class WorkerDoctor {

    private static final int PORT = 8082;
    private static final String ADMIN_PORT = "ORCH_ADMIN_PORT";
    private static final Duration CONNECT_TIME = Duration.ofSeconds(2);

    /** It looks at the whole fleet, twice. */
    private static final Duration ANSWER_TIME = Duration.ofMinutes(5);

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(CONNECT_TIME).build();
    private final @Nullable URI url;
    private final List<Integer> ports;

    /** That of the worker at {@code url}; null: of one on this machine, whose port is as these variables say. */
    WorkerDoctor(@Nullable URI url, Map<String, String> environment) {
        this.url = url;
        this.ports = ports(environment.getOrDefault(ADMIN_PORT, ""));
    }

    /** {@code ./bap dev} has the API's admin port there, and the worker's beside it; a worker alone has its own. */
    private static List<Integer> ports(String adminPort) {
        if (!adminPort.matches("[1-9][0-9]{0,4}")) {
            return List.of(PORT);
        }
        int port = Integer.parseInt(adminPort);
        return List.of(port + 1, port);
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
                        .formatted(url == null ? portsInWords() + " of this machine" : url)));
    }

    private String portsInWords() {
        return ports.stream().map(String::valueOf).collect(Collectors.joining(" or ", "port ", ""));
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
    private List<URI> ofThisMachine() {
        List<String> hosts = new ArrayList<>(List.of("127.0.0.1"));
        try {
            NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                    .map(InetAddress::getHostAddress)
                    .filter(address -> !address.contains(":"))
                    .forEach(hosts::add);
        } catch (SocketException unknown) {
            // Then only the first.
        }
        return hosts.stream()
                .flatMap(host -> ports.stream().map(port -> URI.create("http://" + host + ":" + port)))
                .toList();
    }
}
