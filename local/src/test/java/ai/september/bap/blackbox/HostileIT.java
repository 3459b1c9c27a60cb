package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.testing.Await;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Bytes that no proper client would send, to every endpoint, from a seed: what generators of requests, which speak proper
 * HTTP, cannot do. {@code .ci/fuzz} does the rest.
 */
class HostileIT {

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR = Orchestrator.shared();

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long SEED = Long.getLong("hostile.seed", 20_261_126L);
    private static final int EACH = Integer.getInteger("hostile.requests", 40);
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3}) ?[^\r\n]*\r\n");

    private static final List<String> SEGMENTS = List.of(
            "u",
            "%2F",
            "%25",
            "%00",
            "%zz",
            "%c3%28",
            "%ed%a0%80",
            "..",
            "%2e%2e",
            ";a=b",
            "a;b",
            "%3B",
            "a%20b",
            "'\"",
            "%F0%9F%98%80",
            "a".repeat(300),
            "-1",
            "0",
            "null",
            "[]",
            "{}",
            "%7B%7D",
            "provision",
            "a//b",
            "a?b",
            "%",
            "a\tb",
            "\u00e4",
            "5f0c2a52-6a0e-4a5e-9d1c-2f5f0f5b7c11");

    private static final List<String> QUERIES = List.of(
            "",
            "",
            "?",
            "?limit=0",
            "?limit=99999999999",
            "?limit=1&limit=2",
            "?limit=%31",
            "?cursor=%00",
            "?cursor=AAAA",
            "?status=%zz",
            "?since=0000-00-00T00:00:00Z",
            "?until=+999999999-12-31T23:59:59Z",
            "?user_id=%ff",
            "?=",
            "?&&&",
            "?offset=-1",
            "?erase=TRUE",
            "?tail=-1",
            "?tail=1e3",
            "?follow=TRUE",
            "?follow=true&follow=true",
            "?" + "a=b&".repeat(900),
            "?engine_id=x",
            "?kind=",
            "?product='--");

    private static final List<String> BODIES = List.of(
            "",
            "{}",
            "null",
            "[]",
            "1e999999",
            "{\"user_id\":1}",
            "{\"user_id\":\"a\",\"user_id\":\"b\"}",
            "{\"user_id\":\"\\ud800\"}",
            "{\"user_id\":\"\\u0000\"}",
            "{",
            "{\"a\":" + "[".repeat(5_000),
            "{\"policy\":{\"max_engines\":1e400}}",
            "\u00ef\u00bb\u00bf{}",
            "\u00ff\u00fe{\u0000}\u0000",
            "{\"auto_provision\":\"yes\"}",
            "{\"overlap_s\":-9223372036854775809}",
            "{}{}",
            "{\"user_id\":\"" + "x".repeat(70_000) + "\"}",
            "<xml/>",
            "{\"slug\":{\"$ne\":1},\"display_name\":[]}");

    private static final List<String> HEADERS = List.of(
            "Content-Type: application/json",
            "Content-Type: application/json; charset=utf-16",
            "Content-Type: text/plain",
            "Content-Type: a",
            "Content-Type: application/json\r\nContent-Type: text/xml",
            "Content-Encoding: gzip",
            "Expect: 100-continue",
            "Expect: 200-ok",
            "Accept: text/html",
            "Accept: */*;q=x",
            "Prefer: respond-async",
            "Prefer: ,;,",
            "Idempotency-Key: a\r\nIdempotency-Key: b",
            "Idempotency-Key: \u00e4",
            "X-Admin-Key: \u00ff",
            "X-Platform-Key: a\r\nX-Platform-Key: b",
            "X-Request-Id: " + "x".repeat(500),
            "X-Forwarded-For: 1.2.3.4, ,,",
            "Range: bytes=0-",
            "If-Match: *",
            "Upgrade: h2c\r\nConnection: Upgrade",
            "Te: trailers",
            "X-Http-Method-Override: DELETE",
            "Last-Event-Id: 999999999999",
            "Cookie: " + "c=d; ".repeat(300),
            "X: " + "y".repeat(9_000),
            "Bad Header: x",
            ": x",
            "X\u0000: y");

    @SuppressWarnings("NullAway.Init")
    private static Product product;

    @BeforeAll
    static void register() {
        product = ORCHESTRATOR.register("hostile", "{\"max_engines\":0}");
    }

    private static <T> T any(Random random, List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    /** A request as bytes; most of it as it should be, so that it gets somewhere. */
    private static byte[] request(Random random, String method, String template) {
        StringBuilder path = new StringBuilder();
        for (String part : template.split("\\{}", -1)) {
            path.append(path.isEmpty() ? "" : any(random, SEGMENTS)).append(part);
        }
        String body = any(random, BODIES);
        StringBuilder request = new StringBuilder(random.nextInt(30) == 0 ? method.toLowerCase(Locale.ROOT) : method)
                .append(' ')
                .append(path)
                .append(any(random, QUERIES))
                .append(
                        random.nextInt(40) == 0
                                ? " HTTP/1.0\r\n"
                                : random.nextInt(60) == 0 ? " HTTP/3.7\r\n" : " HTTP/1.1\r\n");
        request.append("Host: x\r\nConnection: close\r\n");
        if (random.nextInt(8) != 0) {
            request.append("X-Platform-Key: ").append(product.platformKey()).append("\r\n");
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            request.append(any(random, HEADERS)).append("\r\n");
        }
        request.append(
                switch (random.nextInt(8)) {
                    case 0 ->
                        "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(body.length()) + "\r\n" + body
                                + "\r\n0\r\n\r\n";
                    case 1 -> "Transfer-Encoding: chunked\r\n\r\nzz\r\n" + body;
                    case 2 -> "Content-Length: " + (body.length() + 10) + "\r\n\r\n" + body;
                    case 3 -> "Content-Length: -1\r\n\r\n" + body;
                    case 4 -> "Content-Length: 1\r\nContent-Length: 2\r\n\r\n" + body;
                    case 5 -> "Content-Length: 99999999999999999999\r\n\r\n" + body;
                    default -> "Content-Length: " + body.length() + "\r\n\r\n" + body;
                });
        return request.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Everything that is answered, to its end. */
    private static String exchange(byte[] request) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), ORCHESTRATOR.api().getPort())) {
            socket.setSoTimeout(45_000);
            try {
                socket.getOutputStream().write(request);
                socket.shutdownOutput();
            } catch (IOException refusedAlready) {
                // The answer may be there all the same.
            }
            return read(socket.getInputStream());
        }
    }

    private static String read(InputStream in) {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try {
            in.transferTo(answer);
        } catch (IOException reset) {
            // What came before it counts.
        }
        return answer.toString(StandardCharsets.UTF_8);
    }

    /** Makes sure that an answer is a success or a refusal in the envelope; its status. */
    private static int check(String what, String answer) throws IOException {
        Matcher status = STATUS.matcher(answer);
        assertThat(status.lookingAt()).as(what + " is answered, not " + answer).isTrue();
        int code = Integer.parseInt(status.group(1));
        if (code == 100) {
            return check(what, answer.substring(answer.indexOf("\r\n\r\n") + 4));
        }
        assertThat(code == 501 || code == 505 || code < 500)
                .as(what + " -> " + answer)
                .isTrue();
        String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
        if (code >= 400 && !body.isEmpty()) {
            JsonNode envelope = JSON.readTree(body);
            assertThat(envelope.at("/error/code").asText())
                    .as(what + " -> " + answer)
                    .isNotBlank();
            assertThat(envelope.at("/error/message").asText())
                    .doesNotContain("Exception", "java.", "org.", "jackson", product.platformKey());
        }
        return code;
    }

    @Test
    void anythingIsAnsweredInTheEnvelopeAndNothingStaysBehind() throws Exception {
        Random random = new Random(SEED);
        List<String> routes = new ArrayList<>(Routes.all());
        routes.addAll(List.of(
                "GET /openapi.json", "GET /docs", "PATCH /engines/{}", "TRACE /health", "GET /{}", "POST //engines"));
        TreeMap<Integer, Integer> statuses = new TreeMap<>();
        double before = 0;
        for (int round = 0; round < EACH; round++) {
            for (String route : routes) {
                String[] parts = route.split(" ", 2);
                byte[] request = request(random, parts[0], parts[1]);
                String what = "seed " + SEED + ", "
                        + new String(request, 0, Math.min(300, request.length), StandardCharsets.ISO_8859_1);
                statuses.merge(check(what, exchange(request)), 1, Integer::sum);
            }
            if (round == EACH / 4) {
                before = threads();
            }
        }
        System.out.printf(
                "seed %d: %d requests to each of %d routes, answered %s%n", SEED, EACH, routes.size(), statuses);
        double warm = before;
        Await.atMost(Duration.ofSeconds(60), "no thread stays behind").until(() -> threads() <= warm + 5);
        assertThat(statuses.keySet()).contains(200, 400, 404, 405, 415);
    }

    private static double threads() {
        return ORCHESTRATOR.metrics().sum("jvm_threads_live_threads");
    }

    @Test
    void requestsInOneGoAreAnsweredInTheirOrder() throws IOException {
        String one = "GET /engines/%s HTTP/1.1\r\nHost: x\r\nX-Platform-Key: " + product.platformKey() + "\r\n\r\n";
        String answers = exchange((one.formatted("a").repeat(20)
                        + "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n"
                        + one.formatted("b").replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"))
                .getBytes(StandardCharsets.ISO_8859_1));

        assertThat(STATUS.matcher(answers).results().map(found -> found.group(1)))
                .hasSize(22)
                .containsOnly("404");
        assertThat(answers.indexOf("\"NOT_FOUND\"")).isGreaterThan(answers.indexOf("ENGINE_NOT_FOUND"));
    }

    @Test
    void whoSendsSlowlyIsWaitedForAndHoldsUpNobody() throws Exception {
        byte[] request =
                ("POST /engines/u/admit HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nX-Platform-Key: "
                                + product.platformKey() + "\r\nContent-Length: 2\r\n\r\n{}")
                        .getBytes(StandardCharsets.ISO_8859_1);
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), ORCHESTRATOR.api().getPort())) {
            socket.setTcpNoDelay(true);
            for (int i = 0; i < request.length; i++) {
                socket.getOutputStream().write(request[i]);
                if (i % 20 == 0) {
                    product.admit("somebody-else").isDenied("engine_not_found");
                }
            }
            assertThat(check("slow", read(socket.getInputStream()))).isEqualTo(200);
        }
    }

    /** More than are worked on at once, and than there are threads. */
    @Test
    void aCrowdOfSlowSendersWithAGoodKeyHoldsUpNobody() throws Exception {
        byte[] begin =
                ("POST /engines/u/admit HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nX-Platform-Key: "
                                + product.platformKey() + "\r\nContent-Length: 2\r\n\r\n{")
                        .getBytes(StandardCharsets.ISO_8859_1);
        List<Socket> crowd = new ArrayList<>();
        try {
            for (int i = 0; i < 300; i++) {
                Socket socket = new Socket(
                        InetAddress.getLoopbackAddress(), ORCHESTRATOR.api().getPort());
                crowd.add(socket);
                socket.setSoTimeout(10_000);
                socket.getOutputStream().write(begin);
            }
            for (int i = 0; i < 20; i++) {
                product.admit("somebody-else").isDenied("engine_not_found");
            }
            for (Socket socket : crowd) {
                socket.getOutputStream().write('}');
                assertThat(check("slow", read(socket.getInputStream()))).isEqualTo(200);
            }
        } finally {
            for (Socket socket : crowd) {
                socket.close();
            }
        }
    }

    /** Each asks for more than the system takes for a client that does not read, and none needs a key for it. */
    @Test
    void aCrowdOfSlowReadersHoldsUpNobody() throws Exception {
        byte[] requests = "GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: x\r\n\r\n"
                .repeat(12)
                .getBytes(StandardCharsets.ISO_8859_1);
        List<Socket> crowd = new ArrayList<>();
        try {
            for (int i = 0; i < 150; i++) {
                Socket socket = new Socket();
                crowd.add(socket);
                socket.setReceiveBufferSize(2048);
                socket.connect(new InetSocketAddress(
                        InetAddress.getLoopbackAddress(), ORCHESTRATOR.api().getPort()));
                socket.getOutputStream().write(requests);
            }
            Await.atMost(Duration.ofSeconds(10), "all that comes at once is worked off")
                    .until(() -> product.admit("somebody-else").status() == 200);
            for (int i = 0; i < 20; i++) {
                product.admit("somebody-else").isDenied("engine_not_found");
            }
        } finally {
            for (Socket socket : crowd) {
                socket.close();
            }
        }
    }
}
