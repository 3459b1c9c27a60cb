package ai.september.bap.api.http;

import static ai.september.bap.api.http.ErrorEnvelopeTest.assertEnvelope;
import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.testing.Await;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(300)
class AsyncAnswersTest {

    private final HttpClient client = HttpClient.newHttpClient();

    private enum Result {
        COMES_LATER,
        IS_THERE
    }

    @ParameterizedTest
    @EnumSource
    void aResultIsTheAnswer(Result result) {
        HttpResponse<String> answer = answer(result, "value");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"name\":\"value-" + result + "\"}");
    }

    @ParameterizedTest
    @EnumSource
    void aResultMayHaveAStatusOfItsOwn(Result result) {
        HttpResponse<String> answer = answer(result, "status");

        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.headers().firstValue("Location"))
                .hasValueSatisfying(location -> assertThat(location).endsWith("/operations/1"));
    }

    @ParameterizedTest
    @EnumSource
    void aRefusalIsInTheEnvelope(Result result) throws IOException {
        HttpResponse<String> answer = answer(result, "refusal");

        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(new ObjectMapper().readTree(answer.body()).at("/error/code").asText())
                .isEqualTo("BOOT_TIMEOUT");
    }

    @ParameterizedTest
    @EnumSource
    void aCrashIsAnIncident(Result result) {
        HttpResponse<String> answer = answer(result, "crash");

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).contains("INTERNAL_ERROR").doesNotContain(ProbeFaults.SECRET);
    }

    @Test
    void aThousandWaitingRequestsLeaveRoomForOthers() {
        List<CompletableFuture<HttpResponse<String>>> waiting =
                IntStream.range(0, 1_000).mapToObj(i -> get("thousand")).toList();
        awaitWaiting("thousand", 1_000);

        assertEnvelope(ProbeServer.get("/engines/alice"), 401, "INVALID_PLATFORM_KEY");
        end("thousand", "value");

        assertThat(waiting)
                .allSatisfy(answer -> assertThat(answer.join().statusCode()).isEqualTo(200));
    }

    private HttpResponse<String> answer(Result result, String kind) {
        String name = kind + "-" + result;
        if (result == Result.IS_THERE) {
            end(name, kind);
            return get(name).join();
        }
        CompletableFuture<HttpResponse<String>> answer = get(name);
        awaitWaiting(name, 1);
        end(name, kind);
        return answer.join();
    }

    private static void awaitWaiting(String name, int requests) {
        Await.atMost(Duration.ofSeconds(60), "all wait for " + name)
                .until(() -> ProbeFaults.waitingFor(name) == requests);
    }

    private static void end(String name, String kind) {
        ProbeServer.send("POST", "/faults/later/" + name + "/" + kind, Map.of(), "");
    }

    private CompletableFuture<HttpResponse<String>> get(String name) {
        return client.sendAsync(
                HttpRequest.newBuilder(ProbeServer.uri("/faults/later/" + name)).build(), BodyHandlers.ofString());
    }
}
