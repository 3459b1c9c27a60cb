package ai.september.bap.api.http;

import static ai.september.bap.api.http.ProbeServer.get;
import static ai.september.bap.api.http.ProbeServer.raw;
import static ai.september.bap.api.http.ProbeServer.send;
import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.registry.error.ErrorCode;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorEnvelopeTest {

    private static final Map<String, String> KEY = Map.of(KeyHeaders.PLATFORM, ProbeEngines.PLATFORM_KEY);

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void everyCodeIsAnsweredWithItsStatusAndMessage(ErrorCode code) {
        RawAnswer answer = get("/faults/code/" + code);

        assertEnvelope(answer, code.httpStatus(), code.name());
        assertThat(answer.json().at("/error/message").asText()).isEqualTo("What to do next.");
        assertThat(answer.headers().containsKey("Retry-After")).isEqualTo(code.isRetryable());
        if (code.isRetryable()) {
            assertThat(answer.header("Retry-After")).matches("[1-9][0-9]*");
        }
    }

    @Test
    void retryAfterIsWholeSecondsRoundedUp() {
        assertThat(get("/faults/wait").header("Retry-After")).isEqualTo("3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/nope", "/engine", "/engines/a/b", "/engines/a/admit/b", "/products", "/favicon.ico"})
    void anUnknownPathIsNotFoundWhateverTheMethodOrKey(String path) {
        assertEnvelope(get(path), 404, "NOT_FOUND");
        assertEnvelope(send("POST", path, Map.of("Content-Type", "text/plain"), "x"), 404, "NOT_FOUND");
        assertEnvelope(send("FOO", path, Map.of(), ""), 404, "NOT_FOUND");
        assertEnvelope(send("OPTIONS", path, Map.of(), ""), 404, "NOT_FOUND");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "PATCH", "POST", "FOO", "TRACE", "get"})
    void aMethodThatAPathLacksIsRefusedBeforeTheKeyAndTheOthersAreListed(String method) {
        RawAnswer answer = send(method, "/engines/alice", Map.of(), "");

        assertEnvelope(answer, 405, "METHOD_NOT_ALLOWED");
        assertThat(answer.header("Allow").split(", ?", -1))
                .containsExactlyInAnyOrder("GET", "HEAD", "DELETE", "OPTIONS");
    }

    @ParameterizedTest
    @CsvSource({
        "'',                                      401",
        "'Content-Type: text/plain',              401",
        "'Content-Type: ;;;/;',                   401",
        "'Content-Type: application/x-www-form-urlencoded', 401",
        "'Content-Encoding: gzip',                401",
    })
    void theKeyIsJudgedBeforeTheBody(String header, int status) {
        String request = "POST /engines/provision HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                + (header.isEmpty() ? "" : header + "\r\n") + "Content-Length: 5\r\n\r\n{]}}}";

        assertEnvelope(raw(request), status, "INVALID_PLATFORM_KEY");
    }

    /** The form is announced and never sent: whoever read it first would wait in vain. */
    @Test
    void theKeyIsJudgedBeforeTheSizeOfAForm() {
        String request = "POST /engines/provision HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                + "Content-Type: application/x-www-form-urlencoded\r\n"
                + "Content-Length: " + 2 * JsonBody.MAX_BYTES + "\r\n\r\na=b";

        assertEnvelope(raw(request), 401, "INVALID_PLATFORM_KEY");
    }

    @Test
    void theKeyIsJudgedBeforeTheUserId() {
        assertEnvelope(get("/engines/%C2%85"), 401, "INVALID_PLATFORM_KEY");
        assertEnvelope(send("GET", "/engines/%C2%85", KEY, ""), 400, "INVALID_REQUEST");
    }

    @Test
    void anAdminKeyIsToldFromOthers() {
        assertEnvelope(send("POST", "/products/register", Map.of(), "{}"), 401, "INVALID_ADMIN_KEY");
        assertEnvelope(
                send("POST", "/products/register", Map.of(KeyHeaders.ADMIN, "wrong"), "{}"), 401, "INVALID_ADMIN_KEY");
        assertEnvelope(
                send("POST", "/products/register", Map.of(KeyHeaders.ADMIN, ProbeServer.ADMIN_KEY), "{}"),
                415,
                "INVALID_REQUEST");
    }

    @Test
    void anotherTypeOfAnswerIsNotAcceptable() {
        RawAnswer refused = send("GET", "/engines/alice", Map.of("Accept", "text/html"), "");
        assertEnvelope(refused, 406, "INVALID_REQUEST");
        assertThat(refused.json().at("/error/message").asText())
                .isEqualTo("This path answers with application/json: accept that.");
        assertThat(send("GET", "/engines/alice", with("Accept", "text/html, */*;q=0.1"), "")
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/unexpected", "/error", "/unserialisable"})
    void anUnexpectedFailureGivesAnIncidentIdAndNothingElse(String fault) {
        RawAnswer answer = send("GET", "/faults" + fault, Map.of("X-Request-Id", "request-7"), "");

        assertEnvelope(answer, 500, "INTERNAL_ERROR");
        assertThat(answer.json().at("/error/message").asText()).contains("request-7");
        assertThat(answer.body())
                .doesNotContain(ProbeFaults.SECRET, "IllegalState", "Exception", "Error\"", "ai.september");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            GET /engines/%zz HTTP/1.1\\r\\nHost: x                                | 400
            GET /engines/%f HTTP/1.1\\r\\nHost: x                                 | 400
            GET /engines/%ff HTTP/1.1\\r\\nHost: x                                | 400
            GET /engines/%ed%a0%80 HTTP/1.1\\r\\nHost: x                          | 400
            GET /engines/a;b HTTP/1.1\\r\\nHost: x                                | 400
            GET /engines/a;b=c/admit HTTP/1.1\\r\\nHost: x                        | 400
            GET //engines/a HTTP/1.1\\r\\nHost: x                                 | 400
            GET /engines//admit HTTP/1.1\\r\\nHost: x                             | 400
            GET /engines/%2e%2e HTTP/1.1\\r\\nHost: x                             | 400
            GET /engines/a?limit=%zz HTTP/1.1\\r\\nHost: x                        | 401
            GET engines HTTP/1.1\\r\\nHost: x                                     | 400
            GET /engines/a b HTTP/1.1\\r\\nHost: x                                | 400
            GET /engines/a HTTP/1.1                                               | 400
            GET /engines/a HTTP/1.1\\r\\nHost: x\\r\\nHost: y                     | 400
            GET /engines/a HTTP/9.9\\r\\nHost: x                                  | 505
            GET /engines/a HTTP/1.1\\r\\nHost: x\\r\\nExpect: tea                 | 417
            GET /engines/a HTTP/1.1\\r\\nHost: x\\r\\nAccept: ;;;                 | 400
            GET /engines/a HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: -1          | 400
            POST /engines/a/admit HTTP/1.1\\r\\nHost: x\\r\\nTransfer-Encoding: tea | 400
            """)
    void whatTheServerItselfRefusesIsInTheEnvelope(String head, int status) {
        RawAnswer answer = raw(head.replace("\\r\\n", "\r\n") + "\r\nConnection: close\r\n\r\n");

        assertEnvelope(answer, status, status == 401 ? "INVALID_PLATFORM_KEY" : "INVALID_REQUEST");
        assertThat(answer.body()).doesNotContain("Exception", "org.", "java", "Ambiguous", "jetty");
    }

    @Test
    void aPathThatIsTooLongAndHeadersThatAreTooLargeAreToldApart() {
        assertEnvelope(get("/engines/" + "a".repeat(20_000)), 414, "INVALID_REQUEST");
        assertEnvelope(get("/engines/a", "X-Large", "a".repeat(20_000)), 431, "INVALID_REQUEST");
    }

    /** Else a client that keeps its connection finds it closed at its next request. */
    @Test
    void aConnectionThatIsClosedIsSaidToBe() {
        RawAnswer answer = raw("GET /engines/a%00b HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.header("Connection")).isEqualTo("close");
    }

    @Test
    void headAnswersAsGetWithoutABody() {
        RawAnswer known = send("HEAD", "/engines/alice", KEY, "");
        RawAnswer refused = send("HEAD", "/engines/alice", Map.of(), "");
        RawAnswer unknown = send("HEAD", "/nope", Map.of(), "");

        assertThat(known.status()).isEqualTo(200);
        assertThat(refused.status()).isEqualTo(401);
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(known.body() + refused.body() + unknown.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/engines/alice", "/faults/large", "/nope"})
    void headHasTheLengthThatGetHas(String path) {
        RawAnswer got = send("GET", path, KEY, "");
        RawAnswer head = send("HEAD", path, KEY, "");

        assertThat(got.body()).isNotEmpty();
        assertThat(head.header("Content-Length"))
                .isEqualTo(Integer.toString(got.body().length()));
        assertThat(head.body()).isEmpty();
    }

    @Test
    void optionsListsTheMethodsWithoutABody() {
        RawAnswer answer = send("OPTIONS", "/engines/alice", Map.of(), "");

        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.header("Allow").split(", ?", -1))
                .containsExactlyInAnyOrder("GET", "HEAD", "DELETE", "OPTIONS");
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void optionsOfTheWholeServerIsAnsweredInTheEnvelopeToo() {
        RawAnswer answer = send("OPTIONS", "*", Map.of(), "");

        assertEnvelope(answer, 404, "NOT_FOUND");
    }

    @Test
    void everyAnswerHasARequestIdItsOwnWhereThatIsProper() {
        assertThat(get("/engines/a", "X-Request-Id", "mine-1").header("X-Request-Id"))
                .isEqualTo("mine-1");
        assertThat(get("/engines/a", "X-Request-Id", "not proper!").header("X-Request-Id"))
                .matches("[0-9a-f-]{36}");
        assertThat(get("/nope").header("X-Request-Id")).matches("[0-9a-f-]{36}");
        assertThat(get("/engines/%zz").header("X-Request-Id")).matches("[0-9a-f-]{36}");
    }

    @Test
    void noAnswerMayBeCached() {
        assertThat(send("GET", "/engines/alice", KEY, "").header("Cache-Control"))
                .isEqualTo("no-store");
        assertThat(get("/engines/alice").header("Cache-Control")).isEqualTo("no-store");
    }

    @Test
    void noAnswerNamesTheServer() {
        assertThat(get("/nope").headers()).doesNotContainKey("Server");
        assertThat(get("/engines/%zz").headers()).doesNotContainKey("Server");
    }

    @Test
    void timesHaveMillisecondsAndZ() {
        assertThat(send("GET", "/engines/alice", KEY, "").json().path("at").asText())
                .isEqualTo("1970-01-01T00:00:01.999Z");
    }

    static void assertEnvelope(RawAnswer answer, int status, String code) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).as(answer.toString()).isEqualTo("application/json");
        JsonNode json = answer.json();
        assertThat(json.propertyStream().map(Map.Entry::getKey)).containsExactly("error");
        assertThat(json.path("error").propertyStream().map(Map.Entry::getKey))
                .containsExactlyInAnyOrder("code", "message");
        assertThat(json.at("/error/code").asText()).isEqualTo(code);
        assertThat(json.at("/error/message").asText()).isNotBlank();
    }

    private static Map<String, String> with(String name, String value) {
        return Map.of(KeyHeaders.PLATFORM, ProbeEngines.PLATFORM_KEY, name, value);
    }
}
