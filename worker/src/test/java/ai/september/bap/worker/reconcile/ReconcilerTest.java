package ai.september.bap.worker.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.september.bap.activities.container.BackendException;
import ai.september.bap.activities.container.ContainerId;
import ai.september.bap.activities.container.ContainerStatus;
import ai.september.bap.registry.audit.AuditEntry;
import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.engine.EngineStatus;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.OperationKind;
import ai.september.bap.registry.operation.Verb;
import ai.september.bap.registry.vault.KeyHash;
import ai.september.bap.testing.TestDatabase;
import ai.september.bap.testing.registry.TestRegistry;
import ai.september.bap.worker.MemoryBackend;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class ReconcilerTest {

    private static final Duration LONG = Duration.ofMinutes(5);

    @RegisterExtension
    final TestDatabase database = TestRegistry.database();

    private Site site;
    private TestRegistry registry;

    @BeforeEach
    void open() {
        site = new Site(database);
        registry = site.registry;
    }

    @AfterEach
    void close() {
        site.close();
    }

    private AuditEntry repair(EngineId engine, Kind kind, String what) {
        assertThat(site.repaired(kind)).isEqualTo(1);
        assertThat(site.left(kind)).isZero();
        AuditEntry entry = site.audited(engine).get(0);
        assertThat(site.audited(engine)).hasSize(1);
        assertThat(entry.actor()).isEqualTo("system");
        assertThat(entry.metadata().path("kind").asText()).isEqualTo(kind.wireName());
        assertThat(entry.metadata().path("what").asText()).isEqualTo(what);
        assertThat(entry.metadata().path("host").asText()).isEqualTo("local");
        return entry;
    }

    @Test
    void aContainerWithoutARowIsRemovedOnceItIsOldAndItsVolumeStays() {
        EngineId nobodys = EngineId.random();
        ContainerId container = site.madeNow(site.backend.running(nobodys, 1, null));
        site.backend.addVolume(nobodys);

        site.reconcile();
        assertThat(site.backend.list()).hasSize(1);
        assertThat(site.left(Kind.CONTAINER_WITHOUT_ROW)).isEqualTo(1);

        site.pass(Site.GRACE);
        site.reconcile();
        assertThat(site.backend.list()).isEmpty();
        assertThat(site.backend.volumes()).containsExactly(nobodys);
        AuditEntry entry = repair(nobodys, Kind.CONTAINER_WITHOUT_ROW, "removed");
        assertThat(entry.metadata().path("container").asText()).isEqualTo(container.value());
        assertThat(entry.userId()).isNull();
        assertThat(site.left(Kind.VOLUME_WITHOUT_ROW)).isEqualTo(1);
    }

    @Test
    void whereNobodyKnowsHowOldAContainerIsItsAgeCountsFromWhenItWasFound() {
        site.backend.running(EngineId.random(), 1, null);
        site.pass(LONG);
        Reconciler reconciler = site.reconciler();

        reconciler.run();
        assertThat(site.backend.list()).hasSize(1);

        site.pass(Site.GRACE);
        reconciler.run();
        assertThat(site.backend.list()).isEmpty();
    }

    @Test
    void aRepairNamesWhoseEngineItWas() {
        EngineRow engine = registry.stopped();
        site.serving(engine);

        site.reconcile();

        AuditEntry entry = repair(engine.engineId(), Kind.CONTAINER_SHOULD_BE_DOWN, "removed");
        assertThat(entry.userId()).isEqualTo(engine.userId().value());
    }

    @Test
    void theVolumeOfTheDestroyedIsRemovedAndAudited() {
        EngineId engine = site.destroyed();
        site.backend.addVolume(engine);

        site.reconcile();

        assertThat(site.backend.volumes()).isEmpty();
        repair(engine, Kind.VOLUME_OF_THE_DESTROYED, "removed");
    }

    @Test
    void whatServesWithAnotherKeyIsMadeAnewByAnOperationOfTheSystem() {
        EngineRow engine = registry.running();
        site.serving(engine, engine.port(), KeyHash.of("sk-sept-another").toHex());

        site.reconcile();

        assertMadeAnew(engine, Kind.KEY_DIFFERS);
        site.reconcile();
        assertThat(site.audited(engine.engineId()))
                .as("once begun it is the operation's")
                .hasSize(1);
    }

    private void assertMadeAnew(EngineRow engine, Kind kind) {
        Operation operation = registry.open(engine.engineId()).orElseThrow();
        assertThat(operation.kind()).isEqualTo(OperationKind.START);
        assertThat(operation.actor()).isEqualTo("system");
        assertThat(registry.engine(engine.engineId()).incarnation()).isGreaterThan(engine.incarnation());
        AuditEntry entry = repair(engine.engineId(), kind, "made anew");
        assertThat(entry.metadata().path("operation_id").asText())
                .isEqualTo(operation.operationId().toString());
    }

    @Test
    void whatServesAtAnotherPortIsMadeAnew() {
        EngineRow engine = registry.running();
        site.serving(engine, 9_500, engine.keyHash().toHex());

        site.reconcile();

        assertMadeAnew(engine, Kind.PORT_DIFFERS);
    }

    @Test
    void whoeverHasNoPortGetsOneWithItsNextContainer() {
        EngineRow engine = registry.running();
        site.serving(engine);
        site.damage(engine, "port = NULL");

        site.reconcile();

        assertMadeAnew(engine, Kind.PORT_DIFFERS);
        assertThat(registry.engine(engine.engineId()).port()).isNotNull();
    }

    @Test
    void whatServesFromThePastBecauseThereIsNothingNewerIsMadeAnewAndServesMeanwhile() {
        EngineRow engine = registry.running();
        site.serving(engine);
        site.damage(engine, "incarnation = incarnation + 1");

        site.reconcile();

        assertMadeAnew(engine, Kind.CONTAINER_OF_THE_PAST);
        assertThat(site.backend.list()).singleElement().matches(ContainerStatus::isLive);
    }

    @Test
    void aSleeperWithAnotherKeyGetsAnotherContainerWhenItWakes() {
        EngineRow engine = registry.sleeping();
        site.serving(engine, engine.port(), KeyHash.of("sk-sept-another").toHex());

        site.reconcile();

        assertThat(site.backend.list()).isEmpty();
        assertThat(registry.open(engine.engineId())).isEmpty();
        repair(engine.engineId(), Kind.KEY_DIFFERS, "removed");
    }

    @Test
    void anEngineAsItShouldBeIsLeftAlone() throws Exception {
        for (EngineRow engine : List.of(registry.running(), registry.sleeping())) {
            site.serving(engine);
            site.backend.addVolume(engine.engineId());
        }
        registry.stopped();
        site.failed();

        site.reconcile();

        assertThat(site.diagnosis()).isEmpty();
        for (Kind kind : Kind.values()) {
            assertThat(site.repaired(kind)).isZero();
            assertThat(site.left(kind)).isZero();
        }
    }

    @Test
    void aProvisionThatNobodyCarriesOutHasFailedAndMayBeRepeated() {
        EngineRow engine = registry.engine(
                registry.begin(Verb.PROVISION, TestRegistry.newUser()).engineId());
        forgetOperation(engine);

        site.reconcile();

        assertThat(registry.engine(engine.engineId()).status()).isEqualTo(EngineStatus.FAILED);
        assertThat(registry.engine(engine.engineId()).port()).isNull();
        repair(engine.engineId(), Kind.ROW_STUCK, "failed");
        assertThat(registry.begin(Verb.PROVISION, engine).kind()).isEqualTo(OperationKind.PROVISION);
    }

    private void forgetOperation(EngineRow engine) {
        registry.jdbi.useHandle(handle -> handle.execute(
                "DELETE FROM operations WHERE engine_id = ? AND finished_at IS NULL",
                engine.engineId().value()));
    }

    @Test
    void aDestroyThatNobodyCarriesOutIsResumed() {
        EngineRow engine = registry.running();
        registry.begin(Verb.DESTROY, engine);
        forgetOperation(engine);

        site.reconcile();

        Operation resumed = registry.open(engine.engineId()).orElseThrow();
        assertThat(resumed.kind()).isEqualTo(OperationKind.DESTROY);
        assertThat(repair(engine.engineId(), Kind.ROW_STUCK, "resumed")
                        .metadata()
                        .path("operation_id")
                        .asText())
                .isEqualTo(resumed.operationId().toString());
        registry.ledger.destroyed(resumed.operationId());
        assertThat(registry.engine(engine.userId())).isEmpty();
    }

    @Test
    void aPortOfAnEngineThatNeverRanIsFreedAndThatOfOneWhichDidIsKept() {
        EngineRow never = registry.engine(
                registry.begin(Verb.PROVISION, TestRegistry.newUser()).engineId());
        forgetOperation(never);
        site.damage(never, "status = 'failed'");
        EngineRow ran = site.failed();

        site.reconcile();

        assertThat(registry.engine(never.engineId()).port()).isNull();
        assertThat(registry.engine(ran.engineId()).port()).isNotNull();
        assertThat(repair(never.engineId(), Kind.PORT_LEAKED, "freed")
                        .metadata()
                        .path("port")
                        .asInt())
                .isEqualTo(never.port());
    }

    @Test
    void whereNoPortsArePublishedWhoeverIsDownHasNone() {
        EngineRow engine = registry.stopped();
        registry.jdbi.useHandle(handle -> handle.execute("UPDATE hosts SET publishes_ports = false"));

        site.reconcile();

        assertThat(registry.engine(engine.engineId()).port()).isNull();
        repair(engine.engineId(), Kind.PORT_LEAKED, "freed");
    }

    @Test
    void aRunWithoutAnOperationIsEndedOnceItHadTimeToEndItself() {
        EngineRow engine = registry.stopped();
        site.startRun(engine.engineId());

        site.reconcile();
        assertThat(site.runs().open(engine.engineId())).isPresent();

        site.pass(LONG);
        site.reconcile();
        assertThat(site.runs().open(engine.engineId())).isEmpty();
        assertThat(repair(engine.engineId(), Kind.RUN_WITHOUT_OPERATION, "ended")
                        .metadata()
                        .has("run"))
                .isTrue();
    }

    @Test
    void theRunOfAnOperationThatEndedWithoutItIsEnded() {
        Operation operation = registry.begin(Verb.PROVISION, TestRegistry.newUser());
        site.starter.start(operation);
        site.pass(LONG);
        site.reconcile();
        assertThat(site.runs().open(operation.engineId()))
                .as("its operation is open")
                .isPresent();

        registry.ledger.destroyed(
                registry.begin(Verb.DESTROY, operation.userId()).operationId());
        site.reconcile();

        assertThat(site.runs().open(operation.engineId())).isEmpty();
        repair(operation.engineId(), Kind.RUN_WITHOUT_OPERATION, "ended");
    }

    @Test
    void aRunOfAnEngineOfWhichNothingIsKnownMayBeAnothersAndStays() throws Exception {
        EngineId unknown = EngineId.random();
        site.startRun(unknown);
        site.pass(LONG);

        site.reconcile();

        assertThat(site.runs().open(unknown)).isPresent();
        assertThat(site.left(Kind.RUN_OF_NOBODY)).isEqualTo(1);
    }

    @Test
    void whatIsBeingWorkedOnIsNobodyElsesBusiness() {
        EngineRow engine = registry.running();
        site.serving(engine, 9_500, KeyHash.of("sk-sept-another").toHex());
        registry.begin(Verb.STOP, engine);

        site.reconcile();

        assertThat(site.backend.list()).singleElement().matches(ContainerStatus::isLive);
        assertThat(site.audited(engine.engineId())).isEmpty();
    }

    @Test
    void whereTheDaemonDoesNotAnswerNothingIsDone() {
        MemoryBackend away = new MemoryBackend() {
            @Override
            public List<ContainerStatus> list() {
                throw BackendException.passing("the container daemon is away", null);
            }
        };
        EngineRow engine = registry.running();
        registry.begin(Verb.DESTROY, engine);
        forgetOperation(engine);
        away.addVolume(site.destroyed());
        try (Site unreachable = new Site(database, away)) {
            assertThatThrownBy(unreachable::reconcile).hasMessageContaining("away");
            assertThatThrownBy(() -> unreachable.doctor().examine()).hasMessageContaining("away");
        }

        assertThat(away.volumes()).hasSize(1);
        assertThat(registry.open(engine.engineId())).isEmpty();
    }

    @Test
    void withoutTemporalTheRestIsMended() throws Exception {
        EngineRow engine = registry.stopped();
        site.serving(engine);
        site.endTemporal();

        assertThat(site.doctor().examine().notLookedAt()).isNotEmpty();
        site.reconcile();

        assertThat(site.backend.list()).isEmpty();
    }
}
