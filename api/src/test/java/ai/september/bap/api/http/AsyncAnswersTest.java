package ai.september.bap.api.http;

import static ai.september.bap.api.http.ErrorEnvelopeTest.assertEnvelope;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class AsyncAnswersTest {

    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void aResultThatComesLaterIsTheAnswer() {
        CompletableFuture<HttpResponse<String>> waiting = later("value");
        ProbeServer.send("POST", "/faults/later/value/value", Map.of(), "");

        assertThat(waiting.join().statusCode()).isEqualTo(200);
        assertThat(waiting.join().body()).isEqualTo("{\"name\":\"value\"}");
    }

    @Test
    void aResultMayHaveAStatusOfItsOwn() {
        CompletableFuture<HttpResponse<String>> waiting = later("status");
        ProbeServer.send("POST", "/faults/later/status/status", Map.of(), "");

        assertThat(waiting.join().statusCode()).isEqualTo(202);
        assertThat(waiting.join().headers().firstValue("Location"))
                .hasValueSatisfying(location -> assertThat(location).endsWith("/operations/1"));
    }

    @Test
    void aRefusalThatComesLaterIsInTheEnvelope() throws IOException {
        CompletableFuture<HttpResponse<String>> waiting = later("refusal");
        ProbeServer.send("POST", "/faults/later/refusal/refusal", Map.of(), "");

        assertThat(waiting.join().statusCode()).isEqualTo(504);
        assertThat(new ObjectMapper()
                        .readTree(waiting.join().body())
                        .at("/error/code")
                        .asText())
                .isEqualTo("BOOT_TIMEOUT");
    }

    @Test
    void aCrashThatComesLaterIsAnIncident() {
        CompletableFuture<HttpResponse<String>> waiting = later("crash");
        ProbeServer.send("POST", "/faults/later/crash/crash", Map.of(), "");

        assertThat(waiting.join().statusCode()).isEqualTo(500);
        assertThat(waiting.join().body()).contains("INTERNAL_ERROR").doesNotContain(ProbeFaults.SECRET);
    }

    @Test
    void aThousandWaitingRequestsLeaveRoomForOthers() {
        List<CompletableFuture<HttpResponse<String>>> waiting =
                IntStream.range(0, 1_000).mapToObj(i -> later("thousand")).toList();

        assertEnvelope(ProbeServer.get("/engines/alice"), 401, "INVALID_PLATFORM_KEY");
        ProbeServer.send("POST", "/faults/later/thousand/value", Map.of(), "");

        assertThat(waiting)
                .allSatisfy(answer -> assertThat(answer.join().statusCode()).isEqualTo(200));
    }

    private CompletableFuture<HttpResponse<String>> later(String name) {
        return client.sendAsync(
                HttpRequest.newBuilder(ProbeServer.uri("/faults/later/" + name)).build(), BodyHandlers.ofString());
    }
}
