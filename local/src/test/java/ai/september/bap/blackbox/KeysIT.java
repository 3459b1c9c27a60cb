package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The operator's keys by their names, and what becomes of those who try wrong keys. Every test has addresses of its own. */
class KeysIT {

    private static final int LIMIT = 600;
    private static final String PROXY = "127.0.0.9";
    private static final String ALICES_KEY = "admin-key-of-alice";

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR = new Orchestrator(Map.of(
            "ORCH_AUTH_FAILURES_RPM",
            Integer.toString(LIMIT),
            "ORCH_TRUSTED_PROXIES",
            PROXY,
            "ORCH_ADMIN_KEYS",
            "alice:" + ALICES_KEY,
            "ORCH_PORT_MIN",
            "26001",
            "ORCH_PORT_MAX",
            "26099"));

    private static final Pattern STATUS = Pattern.compile("HTTP/1.1 ([0-9]{3}) ");
    private static final Pattern RETRY_AFTER = Pattern.compile("(?i)\r\nRetry-After: ([0-9]+)\r\n");

    @SuppressWarnings("NullAway.Init")
    private static Product product;

    @BeforeAll
    static void register() {
        product = ORCHESTRATOR.register("keys");
    }

    /** A whole answer to a GET from that address of this machine, with header lines of the caller's. */
    private static String get(String from, String path, String... headers) {
        try (Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), ORCHESTRATOR.api().getPort(), InetAddress.getByName(from), 0)) {
            String lines = String.join("\r\n", headers);
            String request = "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + lines + "\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int status(String answer) {
        Matcher status = STATUS.matcher(answer);
        assertThat(status.lookingAt()).as(answer).isTrue();
        return Integer.parseInt(status.group(1));
    }

    /** Tries as many wrong keys as are answered as such: of both kinds, well formed and not. */
    private static void useUp(String from, String... headers) {
        String wellFormed = "pk-sept-" + "x".repeat(43);
        for (int n = 0; n < LIMIT; n++) {
            String key = n % 3 == 0 ? "X-Admin-Key: x" : "X-Platform-Key: " + (n % 3 == 1 ? wellFormed : "x");
            String answer = get(from, "/operations/x", with(key, headers));
            assertThat(status(answer)).as("number %d: %s", n, answer).isEqualTo(401);
        }
    }

    private static String[] with(String one, String... others) {
        String[] all = new String[others.length + 1];
        System.arraycopy(others, 0, all, 0, others.length);
        all[others.length] = one;
        return all;
    }

    private static int wrong(String from, String... headers) {
        return status(get(from, "/engines", with("X-Platform-Key: wrong", headers)));
    }

    @Test
    void afterTooManyWrongKeysAnAddressIsToldToWaitAndItsRightKeysStillPass() {
        useUp("127.0.0.2");

        String refused = get("127.0.0.2", "/engines", "X-Platform-Key: wrong");

        assertThat(status(refused)).isEqualTo(429);
        assertThat(refused).contains("\"code\":\"RATE_LIMITED\"");
        Matcher wait = RETRY_AFTER.matcher(refused);
        assertThat(wait.find()).as(refused).isTrue();
        assertThat(Integer.parseInt(wait.group(1))).isBetween(1, 61);
        assertThat(refused).contains(" in " + wait.group(1) + " seconds");
        assertThat(status(get("127.0.0.2", "/engines", "X-Platform-Key: " + product.platformKey())))
                .isEqualTo(200);
        assertThat(status(get("127.0.0.2", "/operations/x", "X-Admin-Key: " + ALICES_KEY)))
                .isEqualTo(404);
        assertThat(status(get("127.0.0.2", "/engines")))
                .as("no key, so no wrong one")
                .isEqualTo(401);
        assertThat(wrong("127.0.0.3")).as("another address").isEqualTo(401);
        Metrics metrics = ORCHESTRATOR.metrics();
        assertThat(metrics.sum("bap_auth_failures_total", "key=\"admin\"", "limited=\"false\""))
                .isGreaterThanOrEqualTo(LIMIT / 3.0);
        assertThat(metrics.sum("bap_auth_failures_total", "limited=\"true\"")).isPositive();
        assertThat(metrics.sum("bap_auth_failing_addresses")).isGreaterThanOrEqualTo(2);
    }

    @Test
    void whereARequestSaysItComesFromCountsForNothing() {
        useUp("127.0.0.4", "X-Forwarded-For: 198.51.100.1");

        assertThat(wrong("127.0.0.4", "X-Forwarded-For: 198.51.100.2")).isEqualTo(429);
        assertThat(wrong("127.0.0.4", "Forwarded: for=198.51.100.2")).isEqualTo(429);
        assertThat(wrong(PROXY, "X-Forwarded-For: 198.51.100.1"))
                .as("the address that it named")
                .isEqualTo(401);
    }

    @Test
    void ofATrustedProxyItCounts() {
        useUp(PROXY, "X-Forwarded-For: 203.0.113.1");

        assertThat(wrong(PROXY, "X-Forwarded-For: 203.0.113.1")).isEqualTo(429);
        assertThat(wrong(PROXY, "X-Forwarded-For: 203.0.113.99, 203.0.113.1")).isEqualTo(429);
        assertThat(wrong(PROXY, "Forwarded: for=\"203.0.113.1:4711\"")).isEqualTo(429);
        assertThat(wrong(PROXY, "X-Forwarded-For: 203.0.113.2")).isEqualTo(401);
    }

    @Test
    void theAuditLogSaysByWhichKeyTheOperatorDidSomething() {
        Product theirs = ORCHESTRATOR.register("named");
        Client.operator(ORCHESTRATOR.api(), ALICES_KEY)
                .put("/products/" + theirs.productId() + "/policy", "{\"policy\":{}}")
                .isOk();

        Client.Reply audit = theirs.client().get("/audit").isOk();

        assertThat(audit.text("/entries/0/action")).isEqualTo("policy_update");
        assertThat(audit.text("/entries/0/actor")).isEqualTo("admin");
        assertThat(audit.text("/entries/0/metadata/admin_key")).isEqualTo("alice");
        assertThat(audit.text("/entries/1/action")).isEqualTo("policy_register");
        assertThat(audit.text("/entries/1/metadata/admin_key")).isEqualTo("admin");
        assertThat(audit.raw().body()).doesNotContain(ALICES_KEY);
    }
}
