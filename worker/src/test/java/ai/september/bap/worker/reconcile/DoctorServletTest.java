package ai.september.bap.worker.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.activities.container.BackendException;
import ai.september.bap.activities.container.ContainerStatus;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.testing.TestDatabase;
import ai.september.bap.testing.registry.TestRegistry;
import ai.september.bap.worker.MemoryBackend;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class DoctorServletTest {

    @RegisterExtension
    final TestDatabase database = TestRegistry.database();

    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private int status;

    private @Nullable Site opened;

    private Site site() {
        Site site = opened == null ? new Site(database) : opened;
        opened = site;
        return site;
    }

    @AfterEach
    void close() {
        site().close();
    }

    /** What it answers a GET. */
    private JsonNode answer(ForeignThings.Source foreign) throws IOException {
        new DoctorServlet(site().doctor(foreign)).doGet(request(), response());
        return new ObjectMapper().readTree(body.toByteArray());
    }

    private HttpServletRequest request() {
        return (HttpServletRequest) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {HttpServletRequest.class}, (self, method, arguments) -> {
                    throw new UnsupportedOperationException(method.getName());
                });
    }

    private HttpServletResponse response() {
        ServletOutputStream out = new ServletOutputStream() {
            @Override
            public boolean isReady() {
                return true;
            }

            @Override
            public void setWriteListener(WriteListener listener) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void write(int octet) {
                body.write(octet);
            }
        };
        return (HttpServletResponse) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {HttpServletResponse.class}, (self, method, arguments) -> {
                    if (method.getName().equals("setStatus")) {
                        status = (int) arguments[0];
                    }
                    return method.getName().equals("getOutputStream") ? out : null;
                });
    }

    @Test
    void itSaysWhatItFoundAndWhoMendsIt() throws Exception {
        EngineId unknown = EngineId.random();
        site().backend.addVolume(unknown);

        JsonNode answer = answer(() -> List.of(new ForeignThings(
                "another", 1, Instant.parse("2026-11-26T12:00:00Z"), List.of("engine-1"), List.of(), List.of())));

        assertThat(status).isEqualTo(200);
        assertThat(answer.path("host_id").asText()).isEqualTo("local");
        assertThat(answer.path("installation_id").asText()).isNotEmpty();
        assertThat(answer.at("/findings/0").propertyStream().map(field -> field.getKey()))
                .containsExactly("kind", "engine_id", "detail", "mended_by");
        assertThat(answer.at("/findings/0/kind").asText()).isEqualTo("volume_without_row");
        assertThat(answer.at("/findings/0/engine_id").asText()).isEqualTo(unknown.toString());
        assertThat(answer.at("/findings/0/mended_by").asText()).isEqualTo("operator");
        assertThat(answer.at("/foreign/0").toString())
                .isEqualTo("{\"installation_id\":\"another\",\"running\":1,\"last_made\":\"2026-11-26T12:00:00Z\","
                        + "\"containers\":[\"engine-1\"],\"volumes\":[],\"networks\":[]}");
    }

    @Test
    void whatIsAboutAContainerNamesIt() throws Exception {
        String container = site().backend.running(EngineId.random(), 1, null).value();

        assertThat(answer(List::of).at("/findings/0/container_id").asText()).isEqualTo(container);
    }

    @Test
    void whereTheDaemonDoesNotAnswerItCannotLook() throws Exception {
        opened = new Site(database, new MemoryBackend() {
            @Override
            public List<ContainerStatus> list() {
                throw BackendException.passing("the container daemon is away", null);
            }
        });

        JsonNode answer = answer(List::of);

        assertThat(status).isEqualTo(503);
        assertThat(answer.at("/error/code").asText()).isEqualTo("UNAVAILABLE");
        assertThat(answer.at("/error/message").asText())
                .isEqualTo("The doctor cannot look: the container daemon is away");
    }

    @Test
    void aFaultThatMayHoldAStatementIsOnlyNamed() throws Exception {
        JsonNode answer = answer(() -> {
            throw new IllegalStateException("SELECT key_token FROM engines");
        });

        assertThat(status).isEqualTo(503);
        assertThat(answer.at("/error/message").asText()).isEqualTo("The doctor cannot look: IllegalStateException");
    }
}
