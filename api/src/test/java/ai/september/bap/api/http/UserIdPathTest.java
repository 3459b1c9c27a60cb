package ai.september.bap.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A user may be called almost anything, and arrives so, whatever the verb. */
class UserIdPathTest {

    private static final Map<String, String> KEY = Map.of(KeyHeaders.PLATFORM, ProbeEngines.PLATFORM_KEY);

    static Stream<String> oddUserIds() {
        return Stream.of(
                "alice",
                "ALICE",
                "provision",
                "admit",
                "engines",
                "provision/admit",
                "a/b",
                "/",
                "/a",
                "a/",
                "a//b",
                "../etc/passwd",
                "a/../b",
                "a/./b",
                "...",
                ". ",
                "%",
                "%2F",
                "%252F",
                "100%",
                "%zz",
                ";",
                "a;b=c",
                "?",
                "a?b=c&d",
                "#",
                "&=+$,:@!'()*",
                "+",
                "a+b c",
                " ",
                " a ",
                "\"quoted\"",
                "'single'",
                "`tick`",
                "back\\slash",
                "<script>alert(1)</script>",
                "{user_id}",
                "[1]|^~",
                "user@example.com",
                "auth0|5f7c8ec7c33c6c004bbafe82",
                "null",
                "0",
                "Zoë",
                "Zoe\u0308",
                "北京",
                "😀",
                "👨‍👩‍👧",
                "\u202Eabc",
                "\u00a0",
                "\uFEFFa",
                "'; DROP TABLE engines; --",
                "a".repeat(255),
                "😀".repeat(255));
    }

    @ParameterizedTest
    @MethodSource("oddUserIds")
    void arrivesIntactThroughEveryVerb(String userId) {
        String path = "/engines/" + encode(userId);

        assertUser(ProbeServer.send("GET", path, KEY, ""), "get", userId);
        assertUser(ProbeServer.send("DELETE", path, KEY, ""), "destroy", userId);
        assertUser(ProbeServer.send("POST", path + "/admit", KEY, ""), "admit", userId);
    }

    @ParameterizedTest
    @MethodSource("oddUserIds")
    void arrivesIntactWithEveryByteEncoded(String userId) {
        assertUser(ProbeServer.send("POST", "/engines/" + encodeAll(userId) + "/admit", KEY, ""), "admit", userId);
    }

    @Test
    void aUserCalledProvisionHidesNothingAndIsNotHidden() {
        RawAnswer provisioned = ProbeServer.send(
                "POST",
                "/engines/provision",
                Map.of(KeyHeaders.PLATFORM, ProbeEngines.PLATFORM_KEY, "Content-Type", "application/json"),
                "{\"user_id\":\"provision\"}");

        assertUser(provisioned, "provision", "provision");
        RawAnswer options = ProbeServer.send("OPTIONS", "/engines/provision", KEY, "");
        assertThat(options.header("Allow").split(", ?", -1))
                .containsExactlyInAnyOrder("GET", "HEAD", "DELETE", "POST", "OPTIONS");
    }

    @ParameterizedTest
    @CsvSource({"%09", "%C2%80", "%E2%80%8B%0A"})
    void aControlCharacterIsRefused(String encoded) {
        assertRefused("/engines/" + encoded);
    }

    @ParameterizedTest
    @CsvSource({".", "..", "%2e", "%2E%2e", ".%2e"})
    void theTwoIdsThatNoUrlCanCarryAreRefused(String encoded) {
        assertRefused("/engines/" + encoded);
    }

    @Test
    void anIdOfMoreThan255CharactersIsRefusedByName() {
        RawAnswer answer = assertRefused("/engines/" + "a".repeat(256));

        assertThat(answer.json().at("/error/message").asText()).contains("user_id", "255");
    }

    @Test
    void aRawSemicolonIsRefusedInsteadOfCuttingTheId() {
        RawAnswer answer = assertRefused("/engines/alice;bob");

        assertThat(answer.json().at("/error/message").asText()).contains("%3B");
    }

    private static RawAnswer assertRefused(String path) {
        RawAnswer answer = ProbeServer.send("GET", path, KEY, "");
        ErrorEnvelopeTest.assertEnvelope(answer, 400, "INVALID_REQUEST");
        return answer;
    }

    private static void assertUser(RawAnswer answer, String verb, String userId) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        assertThat(answer.json().path("did").asText()).isEqualTo(verb);
        assertThat(answer.json().path("user_id").asText()).isEqualTo(userId);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String encodeAll(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            encoded.append(String.format("%%%02X", each));
        }
        return encoded.toString();
    }
}
