package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The envelope over the real paths. What Jetty and Jersey refuse by themselves is tried out over the API's own tests. */
class EnvelopeIT {

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR = Orchestrator.shared();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    /health                            | GET, HEAD, OPTIONS
                    /products/register                 | OPTIONS, POST
                    /products/x/policy                 | OPTIONS, PUT
                    /engines                           | GET, HEAD, OPTIONS
                    /engines/provision                 | DELETE, GET, HEAD, OPTIONS, POST
                    /engines/u                         | DELETE, GET, HEAD, OPTIONS
                    /engines/%2F                       | DELETE, GET, HEAD, OPTIONS
                    /engines/u/admit                   | OPTIONS, POST
                    /engines/provision/admit           | OPTIONS, POST
                    /engines/u/start                   | OPTIONS, POST
                    /engines/u/stop                    | OPTIONS, POST
                    /engines/u/rotate-key              | OPTIONS, POST
                    /status                            | GET, HEAD, OPTIONS
                    /metrics                           | GET, HEAD, OPTIONS
                    /audit                             | GET, HEAD, OPTIONS
                    /operations/x                      | GET, HEAD, OPTIONS
                    """)
    void everyPathTellsTheMethodsItHas(String path, String methods) {
        Client.Reply refused = ORCHESTRATOR.anonymous().send("PATCH", path, "{").isRefused(405, "METHOD_NOT_ALLOWED");

        assertThat(refused.header("Allow").split(", ?", -1)).containsExactlyInAnyOrder(methods.split(", ", -1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/v1/engines",
                "/engines/u/wake",
                "/engines/u/admit/x",
                "/engines/provision/start/x",
                "/products/x/y",
                "/operations/x/y",
                "/admin",
                "/health/x",
                "/prometheus",
                "/healthcheck",
                "/HEALTH"
            })
    void anyOtherPathIsUnknown(String path) {
        for (String method : new String[] {"GET", "POST", "DELETE", "PUT", "PATCH"}) {
            ORCHESTRATOR.anonymous().send(method, path, "").isRefused(404, "NOT_FOUND");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/engines/%zz",
                "/engines/%",
                "/engines/%ff",
                "/engines/%2e%2e",
                "/engines/a;b",
                "/engines//admit"
            })
    void aMalformedPathIsRefused(String path) {
        assertThat(ORCHESTRATOR.raw("GET " + path)).startsWith("HTTP/1.1 400 ").contains("\"INVALID_REQUEST\"");
    }

    @Test
    void whatIsTooLongIsRefused() {
        String long20k = "x".repeat(20_000);
        ORCHESTRATOR.anonymous().get("/engines/" + long20k).isRefused(414, "INVALID_REQUEST");
        ORCHESTRATOR.anonymous().with("X-Long", long20k).get("/engines").isRefused(431, "INVALID_REQUEST");
        ORCHESTRATOR.anonymous().with("Accept", "text/html").get("/engines").isRefused(406, "INVALID_REQUEST");
    }

    @Test
    void everyAnswerHasItsRequestIdAndIsNotCached() {
        for (String path : new String[] {"/health", "/nowhere", "/engines"}) {
            Client.Reply reply =
                    ORCHESTRATOR.anonymous().with("X-Request-Id", "mine-7").get(path);
            assertThat(reply.header("X-Request-Id")).isEqualTo("mine-7");
            assertThat(reply.header("Cache-Control")).isEqualTo("no-store");
        }
    }
}
