package ai.september.bap.worker;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.OperationKind;
import ai.september.bap.registry.operation.Verb;
import ai.september.bap.testing.TestDatabase;
import ai.september.bap.testing.registry.TestRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class RestoreTest {

    @RegisterExtension
    final TestDatabase database = TestRegistry.database();

    private final MemoryBackend backend = new MemoryBackend();
    private TestRegistry registry;

    @BeforeEach
    void openRegistry() {
        registry = new TestRegistry(database);
    }

    private int restore() throws InterruptedException {
        return new Restore(registry.jdbi, backend, registry.lifecycle, TestRegistry.HOST).run();
    }

    private void assertBroughtBack(EngineRow engine) {
        assertThat(registry.open(engine.engineId())).map(Operation::kind).contains(OperationKind.START);
    }

    @Test
    void anEngineWhoseProcessLivesIsAdoptedWhateverItWouldAnswer() throws Exception {
        EngineRow engine = registry.running();
        backend.running(engine.engineId(), engine.incarnation(), null);

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
    void aContainerOfAnEarlierIncarnationDoesNotCount() throws Exception {
        EngineRow engine = registry.running();
        backend.running(engine.engineId(), engine.incarnation() + 1, null);

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
