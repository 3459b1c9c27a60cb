package ai.september.bap.worker;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.activities.probe.HealthProbe;
import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.OperationKind;
import ai.september.bap.registry.operation.Verb;
import ai.september.bap.testing.TestDatabase;
import ai.september.bap.testing.registry.TestRegistry;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class RestoreTest {

    private static final String OK = "{\"status\":\"ok\",\"subsystems\":{}}";
    private static final String DRAINING = "{\"status\":\"draining\",\"subsystems\":{}}";
    private static final String NO_PROVIDER = "{\"status\":\"degraded\",\"subsystems\":{\"llm_provider\":\"error\"}}";

    @RegisterExtension
    final TestDatabase database = TestRegistry.database();

    private final MemoryBackend backend = new MemoryBackend();
    private final List<HttpServer> engines = new ArrayList<>();
    private TestRegistry registry;

    @BeforeEach
    void openRegistry() {
        registry = new TestRegistry(database);
    }

    @AfterEach
    void endEngines() {
        engines.forEach(engine -> engine.stop(0));
    }

    private int restore() throws InterruptedException {
        RollCall rollCall = new RollCall(new HealthProbe(Duration.ofSeconds(5)), Duration.ofMillis(1));
        return new Restore(registry.jdbi, backend, rollCall, registry.lifecycle, TestRegistry.HOST).run();
    }

    /** An engine's address; it gives these answers in turn, the last one again and again. */
    private URI answering(String... answers) throws IOException {
        Deque<String> left = new ArrayDeque<>(List.of(answers));
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/health", exchange -> {
            String answer = left.size() > 1 ? left.remove() : left.element();
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.equals(OK) ? 200 : 503, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        engines.add(server);
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void assertBroughtBack(EngineRow engine) {
        assertThat(registry.open(engine.engineId())).map(Operation::kind).contains(OperationKind.START);
    }

    @Test
    void anEngineThatIsUpIsAdoptedAsItIs() throws Exception {
        EngineRow engine = registry.running();
        backend.running(engine.engineId(), engine.incarnation(), answering(OK));

        assertThat(restore()).isEqualTo(1);
        assertThat(registry.open(engine.engineId())).isEmpty();
    }

    @Test
    void anEngineWithoutAProcessIsBroughtBack() throws Exception {
        EngineRow engine = registry.running();

        assertThat(restore()).isZero();
        assertBroughtBack(engine);
    }

    @Test
    void anEngineThatIsEndingIsBroughtBackThoughItsProcessLives() throws Exception {
        EngineRow engine = registry.running();
        backend.running(engine.engineId(), engine.incarnation(), answering(DRAINING));

        assertThat(restore()).isZero();
        assertBroughtBack(engine);
    }

    @Test
    void anEngineThatNeedsASecondQuestionIsUp() throws Exception {
        EngineRow engine = registry.running();
        backend.running(engine.engineId(), engine.incarnation(), answering(DRAINING, OK));

        assertThat(restore()).isEqualTo(1);
        assertThat(registry.open(engine.engineId())).isEmpty();
    }

    @Test
    void anEngineWhoseProviderIsAwayIsUpBecauseARestartCouldNotHelp() throws Exception {
        EngineRow engine = registry.running();
        backend.running(engine.engineId(), engine.incarnation(), answering(NO_PROVIDER));

        assertThat(restore()).isEqualTo(1);
        assertThat(registry.open(engine.engineId())).isEmpty();
    }

    @Test
    void aContainerOfAnEarlierIncarnationDoesNotCount() throws Exception {
        EngineRow engine = registry.running();
        backend.running(engine.engineId(), engine.incarnation() + 1, answering(OK));

        assertThat(restore()).isZero();
        assertBroughtBack(engine);
    }

    @Test
    void anEngineThatIsBeingWorkedOnIsLeftToThatOperation() throws Exception {
        EngineRow engine = registry.running();
        Operation rotation = registry.begin(Verb.ROTATE_KEY, engine);

        assertThat(restore()).isZero();
        assertThat(registry.open(engine.engineId())).map(Operation::operationId).contains(rotation.operationId());
    }
}
