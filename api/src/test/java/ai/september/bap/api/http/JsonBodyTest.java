package ai.september.bap.api.http;

import static ai.september.bap.api.http.ErrorEnvelopeTest.assertEnvelope;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonBodyTest {

    private static final String JSON = "application/json";

    @Test
    void aBodyOfAllTypesIsRead() {
        RawAnswer answer = register(
                "{\"display_name\":\"Zo\u00c3\u00ab \\ud83d\\ude00\",\"policy\":{\"max_engines\":2147483647},\"tags\":[\"a\"]}");

        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        assertThat(answer.json().at("/register/display_name").asText()).isEqualTo("Zoë 😀");
        assertThat(answer.json().at("/register/policy/max_engines").asInt()).isEqualTo(Integer.MAX_VALUE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"display_name":1}                                   | display_name must be a string
            {"display_name":true}                                | display_name must be a string
            {"display_name":["a"]}                               | display_name must be a string
            {"display_name":{"a":1}}                             | display_name must be a string
            {"display_name":"\\ud800"}                           | display_name must be a string of well-formed characters
            {}                                                   | display_name is missing
            {"display_name":null}                                | display_name is missing
            {"display_name":"a","policy":"b"}                    | policy must be an object
            {"display_name":"a","policy":""}                     | policy must be an object
            {"display_name":"a","policy":[]}                     | policy must be an object
            {"display_name":"a","policy":{"max_engines":"1"}}    | policy.max_engines must be a whole number
            {"display_name":"a","policy":{"max_engines":1.0}}    | policy.max_engines must be a whole number
            {"display_name":"a","policy":{"max_engines":1e3}}    | policy.max_engines must be a whole number
            {"display_name":"a","policy":{"max_engines":true}}   | policy.max_engines must be a whole number
            {"display_name":"a","policy":{"max_engines":2147483648}} | policy.max_engines must be a whole number of at most 2147483647
            {"display_name":"a","policy":{"max_engines":99999999999999999999}} | policy.max_engines must be a whole number
            {"display_name":"a","tags":"b"}                      | tags must be an array
            {"display_name":"a","tags":["b",1]}                  | tags[1] must be a string
            {"display_name":"a","display_name":"b"}              | display_name appears twice
            {"display_name":"a","x":{"y":1,"y":2}}               | y appears twice
            {"display_name":"a"} x                               | not valid JSON
            {"display_name":"a"}{}                               | goes on after the end
            {"display_name":"a",}                                | not valid JSON
            {"display_name":'a'}                                 | not valid JSON
            {display_name:"a"}                                   | not valid JSON
            {"display_name":"a" /* b */}                         | not valid JSON
            {"display_name":"a","x":NaN}                         | not valid JSON
            {"display_name":"a","x":01}                          | not valid JSON
            {"display_name":"a"                                  | not valid JSON
            {"display_name":"\\x"}                               | not valid JSON
            null                                                 | must be a JSON object
            true                                                 | must be a JSON object
            1                                                    | must be a JSON object
            ""                                                   | must be a JSON object
            "a"                                                  | must be a JSON object
            []                                                   | must be a JSON object
            [{"display_name":"a"}]                               | must be a JSON object
            """)
    void whatIsNotOfTheRightTypeIsRefusedByNameAndLegalForm(String body, String message) {
        RawAnswer answer = register(body);

        assertEnvelope(answer, 400, "INVALID_REQUEST");
        assertThat(answer.json().at("/error/message").asText())
                .contains(message)
                .doesNotContain("java", "Probe", "com.", "ai.", "`", "Exception", "deserial", "Token");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"user_id\":\"a\",\"engine_version\":\"two words\"}",
                "{\"user_id\":\"\"}",
                "{\"user_id\":\"..\"}",
                "{\"user_id\":\"a\\u0000\"}",
                "{\"user_id\":\"\\udc00\"}",
                "{\"user_id\":7}",
                "{\"engine_version\":\"a:1\"}"
            })
    void anIdThatIsNoneIsRefusedByItsOwnRule(String body) {
        RawAnswer answer = provision(body);

        assertEnvelope(answer, 400, "INVALID_REQUEST");
        assertThat(answer.json().at("/error/message").asText()).containsAnyOf("user_id", "image");
    }

    @Test
    void unknownFieldsAreIgnored() {
        assertThat(provision("{\"user_id\":\"a\",\"later\":{\"x\":[1,null]},\"userId\":\"b\"}")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aBodyNestedTooDeeplyIsRefused() {
        RawAnswer answer = provision("{\"user_id\":\"a\",\"x\":" + "[".repeat(5_000) + "]".repeat(5_000) + "}");

        assertEnvelope(answer, 400, "INVALID_REQUEST");
        assertThat(answer.json().at("/error/message").asText()).contains("nested");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\r\n\t"})
    void anEmptyBodyIsAnEmptyObjectWhereFieldsAreOptionalOnly(String body) {
        assertThat(post("/engines/alice/admit", JSON, body)
                        .json()
                        .path("auto_provision")
                        .asBoolean(true))
                .isFalse();
        assertEnvelope(provision(body), 400, "INVALID_REQUEST");
    }

    @Test
    void anEmptyBodyNeedsNoContentType() {
        assertThat(post("/engines/alice/admit", "", "").status()).isEqualTo(200);
    }

    @Test
    void flagsAreReadAndMustBeBooleans() {
        assertThat(post("/engines/a/admit", JSON, "{\"auto_provision\":true,\"auto_wake\":null}")
                        .json()
                        .path("auto_provision")
                        .asBoolean())
                .isTrue();
        for (String wrong : new String[] {"\"true\"", "1", "0", "\"\"", "[]"}) {
            RawAnswer answer = post("/engines/a/admit", JSON, "{\"auto_provision\":" + wrong + "}");
            assertEnvelope(answer, 400, "INVALID_REQUEST");
            assertThat(answer.json().at("/error/message").asText()).isEqualTo("auto_provision must be true or false.");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/xml",
                "application/x-www-form-urlencoded",
                "application/vnd.api+json",
                "text/json",
                "application/json; charset=iso-8859-1",
                "application/json; charset=utf-16",
                "json",
                "*/*",
                ";;;",
                ""
            })
    void anotherTypeThanJsonInUtf8IsUnsupported(String contentType) {
        assertEnvelope(post("/engines/provision", contentType, "{\"user_id\":\"a\"}"), 415, "INVALID_REQUEST");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "Application/JSON",
                "application/json;charset=utf-8",
                "application/json; charset=\"UTF-8\"",
                "application/json; v=1"
            })
    void jsonInUtf8IsReadHoweverItIsWritten(String contentType) {
        assertThat(post("/engines/provision", contentType, "{\"user_id\":\"a\"}")
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "br", "deflate, identity"})
    void anEncodedBodyIsUnsupported(String encoding) {
        assertEnvelope(
                send("/engines/provision", JSON, "{\"user_id\":\"a\"}", "Content-Encoding", encoding),
                415,
                "INVALID_REQUEST");
        assertThat(send("/engines/provision", JSON, "{\"user_id\":\"a\"}", "Content-Encoding", "Identity")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void notUtf8AndAByteOrderMarkAreRefused() {
        assertEnvelope(provision("{\"user_id\":\"\u00ff\"}"), 400, "INVALID_REQUEST");
        RawAnswer marked = provision("\u00ef\u00bb\u00bf{\"user_id\":\"a\"}");
        assertEnvelope(marked, 400, "INVALID_REQUEST");
        assertThat(marked.json().at("/error/message").asText()).contains("byte order mark");
        String utf16 =
                new String("{\"user_id\":\"a\"}".getBytes(StandardCharsets.UTF_16BE), StandardCharsets.ISO_8859_1);
        assertEnvelope(provision(utf16), 400, "INVALID_REQUEST");
    }

    @Test
    void aBodyOfOneMebibyteIsReadAndOneByteMoreIsTooLarge() throws IOException, InterruptedException {
        String head = "{\"user_id\":\"a\",\"x\":\"";
        String largest = head + "x".repeat(JsonBody.MAX_BYTES - head.length() - 2) + "\"}";

        assertThat(postByClient(BodyPublishers.ofString(largest)).statusCode()).isEqualTo(200);
        assertThat(postByClient(BodyPublishers.ofString(largest + " ")).statusCode())
                .isEqualTo(413);
        assertThat(postByClient(chunked(largest)).statusCode()).isEqualTo(200);
        assertThat(postByClient(chunked(largest + " ")).statusCode()).isEqualTo(413);
    }

    @Test
    void aBodyMuchTooLargeIsRefusedWithoutBeingSent() {
        RawAnswer answer = ProbeServer.raw("POST /engines/provision HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                + KeyHeaders.PLATFORM + ": " + ProbeEngines.PLATFORM_KEY + "\r\n"
                + "Content-Type: application/json\r\nContent-Length: 1000000000\r\n\r\n");

        assertEnvelope(answer, 413, "INVALID_REQUEST");
    }

    @ParameterizedTest
    @ValueSource(strings = {"zz\r\n{}\r\n0\r\n\r\n", "-1\r\n{}\r\n0\r\n\r\n"})
    void brokenChunksAreRefused(String chunks) {
        RawAnswer answer = ProbeServer.raw("POST /engines/alice/admit HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                + KeyHeaders.PLATFORM + ": " + ProbeEngines.PLATFORM_KEY + "\r\n"
                + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks);

        assertEnvelope(answer, 400, "INVALID_REQUEST");
    }

    @Test
    void aLengthThatNoIntHoldsIsTooLargeLikeAnyOther() {
        for (String length : new String[] {"2147483648", "9223372036854775807"}) {
            RawAnswer answer = ProbeServer.raw("POST /engines/provision HTTP/1.1\r\nHost: x\r\n" + KeyHeaders.PLATFORM
                    + ": " + ProbeEngines.PLATFORM_KEY + "\r\nContent-Type: application/json\r\nContent-Length: "
                    + length + "\r\n\r\n");

            assertEnvelope(answer, 413, "INVALID_REQUEST");
        }
        RawAnswer withoutType = ProbeServer.raw("POST /engines/provision HTTP/1.1\r\nHost: x\r\n" + KeyHeaders.PLATFORM
                + ": " + ProbeEngines.PLATFORM_KEY + "\r\nContent-Length: 2147483648\r\n\r\n");
        assertEnvelope(withoutType, 415, "INVALID_REQUEST");
    }

    /** {@code curl -X POST -d ''} says that it sends a form. */
    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 0\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"})
    void nothingIsOfNoTypeWhateverItsHeaderSays(String nothing) {
        String head = " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + KeyHeaders.PLATFORM + ": "
                + ProbeEngines.PLATFORM_KEY + "\r\nContent-Type: application/x-www-form-urlencoded\r\n";

        assertThat(ProbeServer.raw("DELETE /engines/alice" + head + nothing).status())
                .isEqualTo(200);
        assertEnvelope(ProbeServer.raw("POST /engines/provision" + head + nothing), 400, "INVALID_REQUEST");
    }

    @Test
    void aVerbWithoutFieldsTakesNothingAndAnyObject() {
        assertThat(send("DELETE", "/engines/alice", "", "").status()).isEqualTo(200);
        assertThat(send("DELETE", "/engines/alice", JSON, "{}").status()).isEqualTo(200);
        assertThat(send("DELETE", "/engines/alice", JSON, "{\"x\":1}").status()).isEqualTo(200);
        assertEnvelope(send("DELETE", "/engines/alice", JSON, "[]"), 400, "INVALID_REQUEST");
        assertEnvelope(send("DELETE", "/engines/alice", "text/plain", "x"), 415, "INVALID_REQUEST");
    }

    private static RawAnswer register(String body) {
        return ProbeServer.send(
                "POST",
                "/products/register",
                Map.of(KeyHeaders.ADMIN, ProbeServer.ADMIN_KEY, "Content-Type", JSON),
                body);
    }

    private static RawAnswer provision(String body) {
        return post("/engines/provision", JSON, body);
    }

    private static RawAnswer post(String path, String contentType, String body) {
        return send("POST", path, contentType, body);
    }

    private static RawAnswer send(String path, String contentType, String body, String name, String value) {
        Map<String, String> headers = headers(contentType);
        headers.put(name, value);
        return ProbeServer.send("POST", path, headers, body);
    }

    private static RawAnswer send(String method, String path, String contentType, String body) {
        return ProbeServer.send(method, path, headers(contentType), body);
    }

    private static Map<String, String> headers(String contentType) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(KeyHeaders.PLATFORM, ProbeEngines.PLATFORM_KEY);
        if (!contentType.isEmpty()) {
            headers.put("Content-Type", contentType);
        }
        return headers;
    }

    private static HttpResponse<String> postByClient(HttpRequest.BodyPublisher body)
            throws IOException, InterruptedException {
        return ProbeServer.client(
                HttpRequest.newBuilder()
                        .header(KeyHeaders.PLATFORM, ProbeEngines.PLATFORM_KEY)
                        .header("Content-Type", JSON)
                        .POST(body),
                "/engines/provision");
    }

    private static HttpRequest.BodyPublisher chunked(String body) {
        return BodyPublishers.fromPublisher(BodyPublishers.ofString(body));
    }
}
