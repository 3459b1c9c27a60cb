package ai.september.bap.api.http;

import ai.september.bap.process.Role;
import ai.september.bap.process.configuration.ConfigurationLoader;
import ai.september.bap.process.server.RunningServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;

/** One running {@link ProbeApplication} for all tests of a JVM. */
final class ProbeServer {

    static final String ADMIN_KEY = "0123456789abcdef";
    static final SimpleMeterRegistry METERS = new SimpleMeterRegistry();

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final int PORT = start();

    private ProbeServer() {}

    /** Sends exactly these characters, one byte each (ISO-8859-1), and reads the answer to its end. */
    static RawAnswer raw(String request) {
        return RawAnswer.of(PORT, request);
    }

    /** Sends a request line with the usual headers and this body. */
    static RawAnswer send(String method, String path, Map<String, String> headers, String body) {
        return raw(RawAnswer.request(method, path, headers, body));
    }

    static RawAnswer get(String path, String... headers) {
        return send("GET", path, headers(headers), "");
    }

    /** With a client that normalises, for what a real client does. */
    static HttpResponse<String> client(HttpRequest.Builder request, String path)
            throws IOException, InterruptedException {
        return CLIENT.send(request.uri(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    static int port() {
        return PORT;
    }

    static URI uri(String path) {
        return URI.create("http://127.0.0.1:" + PORT + path);
    }

    private static Map<String, String> headers(String... namesAndValues) {
        Map<String, String> headers = new java.util.LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return headers;
    }

    private static int start() {
        try {
            Map<String, String> variables = Map.of(
                    "ORCH_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing",
                    "ORCH_MASTER_KEY", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
                    "ORCH_ADMIN_KEY", ADMIN_KEY,
                    "ORCH_BIND_HOST", "127.0.0.1",
                    "ORCH_API_PORT", "0",
                    "ORCH_ADMIN_PORT", "0");
            RunningServer server =
                    RunningServer.start(new ProbeApplication(METERS), ConfigurationLoader.load(Role.API, variables));
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
            return server.apiPort();
        } catch (Exception failed) {
            throw new IllegalStateException("the probe server does not start", failed);
        }
    }
}
