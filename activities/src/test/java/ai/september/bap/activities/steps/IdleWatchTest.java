package ai.september.bap.activities.steps;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.activities.container.ContainerId;
import ai.september.bap.activities.container.ContainerState;
import ai.september.bap.activities.container.ContainerStatus;
import ai.september.bap.activities.probe.HealthProbe;
import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.testing.TestDatabase;
import ai.september.bap.testing.registry.TestRegistry;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class IdleWatchTest {

    @RegisterExtension
    static final TestDatabase db = TestRegistry.database();

    private final TestRegistry registry = new TestRegistry(db);
    private HttpServer engine;
    private String lastActivity = "";

    @BeforeEach
    void open() throws IOException {
        engine = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        engine.createContext("/health", exchange -> {
            byte[] answer = """
                    {"status": "ok", "subsystems": {}, "active_turns": 0, "last_activity_at": "%s"}""".formatted(lastActivity).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        engine.start();
    }

    @AfterEach
    void close() {
        engine.stop(0);
    }

    @ParameterizedTest
    @CsvSource({
        "0001-01-01T00:00:00Z",
        "-999999999-01-01T00:00:00Z",
        "+999999999-12-31T23:59:59Z",
        "1970-01-01T00:00:00Z"
    })
    void whateverAnEngineTakesForItsLastActivityItMayBeIdle(String activity) throws Exception {
        lastActivity = activity;
        EngineRow row = registry.running();
        ContainerStatus container = new ContainerStatus(
                new ContainerId("one"),
                row.engineId(),
                row.incarnation(),
                ContainerState.RUNNING,
                null,
                null,
                0,
                URI.create("http://127.0.0.1:" + engine.getAddress().getPort()));
        IdleWatch watch = new IdleWatch(registry.jdbi, new HealthProbe(Duration.ofSeconds(5)), Clock.systemUTC());

        assertThat(watch.ask(container)).isEmpty();
    }
}
