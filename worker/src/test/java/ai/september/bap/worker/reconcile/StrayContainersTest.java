package ai.september.bap.worker.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.activities.container.BackendException;
import ai.september.bap.activities.container.ContainerId;
import ai.september.bap.activities.container.ContainerStatus;
import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.host.HostDao;
import ai.september.bap.registry.host.HostOffer;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.operation.EngineLock;
import ai.september.bap.registry.operation.Verb;
import ai.september.bap.testing.Await;
import ai.september.bap.testing.TestDatabase;
import ai.september.bap.testing.registry.TestRegistry;
import ai.september.bap.worker.MemoryBackend;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

@Timeout(60)
class StrayContainersTest {

    @RegisterExtension
    final TestDatabase database = TestRegistry.database();

    private Site site;
    private MemoryBackend backend;
    private TestRegistry registry;

    @BeforeEach
    void open() {
        site = new Site(database);
        backend = site.backend;
        registry = site.registry;
    }

    @AfterEach
    void close() {
        site.close();
    }

    /** What has no row is old enough. */
    private void reconcile() {
        Reconciler reconciler = site.reconciler();
        reconciler.run();
        site.pass(Site.GRACE);
        reconciler.run();
    }

    private void assertEnded(EngineId engine) {
        backend.running(engine, 1, null);
        reconcile();
        assertThat(backend.list()).isEmpty();
    }

    private void assertLeft(EngineId engine) {
        backend.running(engine, 1, null);
        reconcile();
        assertThat(backend.list(engine)).singleElement().matches(container -> container.isLive());
    }

    @Test
    void whatRunsForAStoppedEngineIsEnded() {
        assertEnded(registry.stopped().engineId());
    }

    @Test
    void whatRunsForAFailedEngineIsEnded() {
        assertEnded(site.failed().engineId());
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

        HostId other = new HostId("another-host");
        registry.jdbi.useExtension(
                HostDao.class, hosts -> hosts.announce(HostOffer.of(other, "subprocess", 9001, 9002)));

        site.reconciler(other).run();

        assertThat(backend.list()).hasSize(1);
    }

    @Test
    void aContainerThatIsNotLiveStaysForTheNextStart() throws Exception {
        EngineRow engine = registry.stopped();
        backend.stop(backend.running(engine.engineId(), 1, null), Duration.ZERO);

        reconcile();

        assertThat(backend.list()).hasSize(1);
    }

    @Test
    void whatAStartMakesWhileTheLockIsWaitedForStays() throws Exception {
        EngineRow engine = registry.stopped();
        backend.running(engine.engineId(), 1, null);
        Thread strays = new Thread(site.reconciler());
        try (EngineLock.Held step = new EngineLock(registry.jdbi).take(engine.engineId())) {
            strays.start();
            Await.atMost(Duration.ofSeconds(20), "it asks for the lock that is held")
                    .until(this::twoAtTheLock);
            registry.begin(Verb.START, engine);
        }
        strays.join();

        assertThat(backend.list()).singleElement().matches(container -> container.isLive());
    }

    @Test
    void whatWasMadeForNoEngineIsRemoved() throws Exception {
        backend.created(EngineId.random(), 1);
        backend.stop(backend.running(EngineId.random(), 1, null), Duration.ZERO);

        reconcile();

        assertThat(backend.list()).isEmpty();
    }

    @Test
    void whatIsOfAnOlderIncarnationOrServedAContainerIsRemovedWhateverItsEngineDoes() {
        EngineRow engine = registry.running();
        registry.begin(Verb.ROTATE_KEY, engine);
        ContainerId serves = backend.running(engine.engineId(), 2, null);
        backend.running(engine.engineId(), 1, null);
        backend.created(engine.engineId(), 0);

        reconcile();
        assertThat(backend.list()).as("as long as it is worked on").hasSize(3);

        registry.ledger.rotated(registry.open(engine.engineId()).orElseThrow().operationId(), 1, Instant.now());
        reconcile();
        assertThat(backend.list()).extracting(ContainerStatus::id).containsExactly(serves);
    }

    @Test
    void whatServesThoughItsRowHasGoneOnStaysWhileThereIsNothingElse() {
        EngineRow engine = registry.running();
        ContainerId serves = backend.running(engine.engineId(), 1, null);
        registry.begin(Verb.ROTATE_KEY, engine);
        registry.ledger.rotated(registry.open(engine.engineId()).orElseThrow().operationId(), 1, Instant.now());

        reconcile();

        assertThat(backend.list()).extracting(ContainerStatus::id).containsExactly(serves);
    }

    @Test
    void whatWasNeverStartedOfAnEngineThatIsDownStaysForTheNextStart() {
        backend.created(site.failed().engineId(), 1);

        reconcile();

        assertThat(backend.list()).hasSize(1);
    }

    @Test
    void theVolumeOfAnEngineWhoseDestructionIsOnRecordGoesWithWhatHasIt() {
        EngineId engine = site.destroyed();
        backend.created(engine, 1);
        backend.addVolume(engine);

        reconcile();

        assertThat(backend.list()).isEmpty();
        assertThat(backend.volumes()).isEmpty();
    }

    @Test
    void anyOtherVolumeStaysAndWhatIsKnownOfNobodyIsToldOfOnce() {
        EngineId unknown = EngineId.random();
        EngineRow beingDestroyed = registry.stopped();
        registry.begin(Verb.DESTROY, beingDestroyed);
        List<EngineId> kept = List.of(
                unknown,
                beingDestroyed.engineId(),
                site.failed().engineId(),
                registry.running().engineId());
        kept.forEach(backend::addVolume);

        List<String> told = new ArrayList<>();
        Reconciler reconciler = site.reconciler();
        listening(told, () -> {
            reconciler.run();
            reconciler.run();
        });

        assertThat(backend.volumes()).containsExactlyInAnyOrderElementsOf(kept);
        assertThat(told).singleElement().asString().contains(unknown.toString());
    }

    private static void listening(List<String> told, Runnable work) {
        Logger log = (Logger) LoggerFactory.getLogger(Reconciler.class);
        ListAppender<ILoggingEvent> appender = new ListAppender<>();
        appender.start();
        log.addAppender(appender);
        try {
            work.run();
        } finally {
            log.detachAppender(appender);
        }
        appender.list.forEach(event -> told.add(event.getFormattedMessage()));
    }

    @Test
    void oneThatCanNotBeRemovedDoesNotKeepTheOthers() {
        EngineId stubborn = EngineId.random();
        MemoryBackend partly = new MemoryBackend() {
            @Override
            public void remove(ContainerId id) {
                if (inspect(id).orElseThrow().engineId().equals(stubborn)) {
                    throw BackendException.passing("not now", null);
                }
                super.remove(id);
            }
        };
        for (int i = 0; i < 8; i++) {
            partly.created(i == 4 ? stubborn : EngineId.random(), 1);
        }

        try (Site theirs = new Site(database, partly)) {
            Reconciler reconciler = theirs.reconciler();
            reconciler.run();
            theirs.pass(Site.GRACE);
            reconciler.run();
        }

        assertThat(partly.list()).extracting(ContainerStatus::engineId).containsExactly(stubborn);
    }

    private boolean twoAtTheLock() {
        return registry.jdbi.withHandle(
                handle -> handle.createQuery("""
                        SELECT count(*) = 2 FROM pg_stat_activity
                        WHERE datname = current_database() AND query LIKE 'SELECT pg_try_advisory_xact_lock%'
                            AND state LIKE 'idle in transaction%'""").mapTo(Boolean.class).one());
    }
}
