package ai.september.bap.api.http;

import static ai.september.bap.api.http.ErrorEnvelopeTest.assertEnvelope;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryParametersTest {

    @Test
    void whatIsMissingHasItsDefault() {
        JsonNode answer = list("").json();

        assertThat(answer.path("limit").asInt()).isEqualTo(100);
        assertThat(answer.path("offset").asInt()).isZero();
        assertThat(answer.path("status").isNull()).isTrue();
        assertThat(answer.path("since").isNull()).isTrue();
        assertThat(answer.path("detail").asBoolean()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "limit=1, limit, 1",
        "limit=1000, limit, 1000",
        "limit=007, limit, 7",
        "offset=2147483647, offset, 2147483647",
        "status=running, status, running",
        "detail=true, detail, true",
        "since=2026-04-27T09:30:00Z, since, 2026-04-27T09:30:00.000Z",
        "since=2026-04-27T09:30:00.123456%2B02:00, since, 2026-04-27T07:30:00.123Z",
        "later=x&limit=2, limit, 2",
    })
    void whatIsLegalIsUnderstood(String query, String field, String value) {
        assertThat(list("?" + query).json().path(field).asText()).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit=0",
                "limit=1001",
                "limit=-1",
                "limit=%2B1",
                "limit=abc",
                "limit=",
                "limit",
                "limit=1.0",
                "limit=99999999999999999999",
                "limit=%D9%A1",
                "limit=1&limit=1",
                "offset=-1",
                "offset=2147483648",
                "status=RUNNING",
                "status=destroyed",
                "status=",
                "status=running&status=running",
                "since=yesterday",
                "since=2026-04-27",
                "since=2026-04-27T09:30:00",
                "detail=1",
                "limit=%zz"
            })
    void whatIsIllegalIsRefusedByName(String query) {
        RawAnswer answer = list("?" + query);

        assertEnvelope(answer, 400, "INVALID_REQUEST");
        assertThat(answer.json().at("/error/message").asText())
                .containsAnyOf(query.replaceAll("=.*", ""), "percent-encoding");
    }

    private static RawAnswer list(String query) {
        return ProbeServer.get("/engines" + query, KeyHeaders.PLATFORM, ProbeEngines.PLATFORM_KEY);
    }
}
