package ai.september.bap.worker;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.operation.EngineLock;
import ai.september.bap.registry.operation.Verb;
import ai.september.bap.testing.Await;
import ai.september.bap.testing.TestDatabase;
import ai.september.bap.testing.registry.TestRegistry;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class StraysTest {

    @RegisterExtension
    final TestDatabase database = TestRegistry.database();

    /** Refuses to remove volumes. */
    private final MemoryBackend backend = new MemoryBackend();

    private TestRegistry registry;

    @BeforeEach
    void openRegistry() {
        registry = new TestRegistry(database);
    }

    private Strays strays(HostId host) {
        return new Strays(registry.jdbi, backend, host, Duration.ofSeconds(1));
    }

    private void assertEnded(EngineId engine) {
        backend.running(engine, 1, null);
        strays(TestRegistry.HOST).run();
        assertThat(backend.list()).isEmpty();
    }

    private void assertLeft(EngineId engine) {
        backend.running(engine, 1, null);
        strays(TestRegistry.HOST).run();
        assertThat(backend.list(engine)).singleElement().matches(container -> container.isLive());
    }

    @Test
    void whatRunsForAStoppedEngineIsEnded() {
        assertEnded(registry.stopped().engineId());
    }

    @Test
    void whatRunsForAFailedEngineIsEnded() {
        assertEnded(registry.failed().engineId());
    }

    @Test
    void whatRunsForNoEngineIsEnded() {
        assertEnded(EngineId.random());
    }

    @Test
    void whatRunsForARunningOrSleepingEngineStays() {
        assertLeft(registry.running().engineId());
        assertLeft(registry.sleeping().engineId());
    }

    @Test
    void whatRunsForAnEngineThatIsBeingWorkedOnStays() {
        EngineRow engine = registry.stopped();
        registry.begin(Verb.START, engine);
        assertLeft(engine.engineId());
    }

    @Test
    void anEngineOfAnotherHostIsNotThisOnesToJudge() {
        EngineRow engine = registry.stopped();
        backend.running(engine.engineId(), 1, null);

        strays(new HostId("another-host")).run();

        assertThat(backend.list()).hasSize(1);
    }

    @Test
    void aContainerThatIsNotLiveStaysForTheNextStart() throws Exception {
        EngineRow engine = registry.stopped();
        backend.stop(backend.running(engine.engineId(), 1, null), Duration.ZERO);

        strays(TestRegistry.HOST).run();

        assertThat(backend.list()).hasSize(1);
    }

    @Test
    void whatAStartMakesWhileTheLockIsWaitedForStays() throws Exception {
        EngineRow engine = registry.stopped();
        backend.running(engine.engineId(), 1, null);
        Thread strays = new Thread(strays(TestRegistry.HOST));
        try (EngineLock.Held step = new EngineLock(registry.jdbi).take(engine.engineId())) {
            strays.start();
            Await.atMost(Duration.ofSeconds(20), "it asks for the lock that is held")
                    .until(this::twoAtTheLock);
            registry.begin(Verb.START, engine);
        }
        strays.join();

        assertThat(backend.list()).singleElement().matches(container -> container.isLive());
    }

    private boolean twoAtTheLock() {
        return registry.jdbi.withHandle(
                handle -> handle.createQuery("""
                        SELECT count(*) = 2 FROM pg_stat_activity
                        WHERE datname = current_database() AND query LIKE 'SELECT pg_try_advisory_xact_lock%'
                            AND state LIKE 'idle in transaction%'""").mapTo(Boolean.class).one());
    }
}
