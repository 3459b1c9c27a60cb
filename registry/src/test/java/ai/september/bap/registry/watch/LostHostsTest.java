package ai.september.bap.registry.watch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.registry.TestRegistry;
import ai.september.bap.registry.audit.AuditEntry;
import ai.september.bap.registry.engine.EngineStatus;
import ai.september.bap.registry.host.HostDao;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.OperationKind;
import ai.september.bap.registry.operation.Verb;
import ai.september.bap.testing.TestDatabase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class LostHostsTest {

    private static final Duration GRACE = Duration.ofMinutes(10);

    @RegisterExtension
    final TestDatabase db = TestRegistry.database();

    private TestRegistry registry;
    private long nanos;
    private LostHosts lost;

    @BeforeEach
    void open() {
        registry = TestRegistry.on(db);
        lost = new LostHosts(registry.jdbi, GRACE, () -> nanos);
    }

    private void silentFor(Duration silence) {
        registry.jdbi.useHandle(
                handle -> handle.createUpdate("UPDATE hosts SET heartbeat_at = now() - :silence WHERE host_id = :host")
                        .bind("silence", silence)
                        .bind("host", registry.host)
                        .execute());
    }

    private void heartbeat() {
        registry.jdbi.useExtension(HostDao.class, hosts -> hosts.heartbeat(registry.host));
    }

    private void lookForAWhile() {
        lost.run();
        nanos += LostHosts.LOOK.toNanos();
        lost.run();
    }

    private EngineStatus status(UserId user) {
        return registry.engine(user).status();
    }

    @Test
    void withinTheGraceAHostIsUnknownNotDead() {
        UserId user = registry.runningUser();
        silentFor(GRACE.minusSeconds(30));

        lookForAWhile();

        assertThat(status(user)).isEqualTo(EngineStatus.RUNNING);
    }

    @Test
    void afterTheGraceItsEnginesCountAsFailedAndNothingIsBegun() {
        UserId user = registry.runningUser();
        UserId stopped = registry.stoppedUser();
        silentFor(GRACE.plusSeconds(1));

        lookForAWhile();

        assertThat(status(user)).isEqualTo(EngineStatus.FAILED);
        assertThat(status(stopped)).isEqualTo(EngineStatus.STOPPED);
        assertThat(registry.openOperations()).isEmpty();
        AuditEntry failed = registry.audit(user).get(0);
        assertThat(failed.action()).isEqualTo("health_failed");
        assertThat(failed.metadata().path("cause").asText()).isEqualTo("host_away");
        assertThat(failed.metadata().path("engine_status_before").asText()).isEqualTo("running");
    }

    @Test
    void whoHasJustWokenUpHimselfDoesNotJudge() {
        UserId user = registry.runningUser();
        silentFor(GRACE.plusHours(8));

        lost.run();
        assertThat(status(user)).as("seen for the first time").isEqualTo(EngineStatus.RUNNING);
        heartbeat();
        nanos += LostHosts.LOOK.toNanos();
        lost.run();

        assertThat(status(user)).isEqualTo(EngineStatus.RUNNING);
    }

    @Test
    void whatSomethingIsBeingDoneToIsLeftToThat() {
        UserId user = registry.runningUser();
        registry.begin(Verb.ROTATE_KEY, user);
        silentFor(GRACE.plusSeconds(1));

        lookForAWhile();

        assertThat(status(user)).isEqualTo(EngineStatus.RUNNING);
    }

    @Test
    void whenTheHostIsBackItsEnginesAreRecoveredOnce() {
        UserId user = registry.runningUser();
        silentFor(GRACE.plusSeconds(1));
        lookForAWhile();
        heartbeat();
        HostWatch watch = HostWatch.begin(registry.jdbi, registry.host);

        List<Operation> begun = watch.findLost();

        assertThat(begun).singleElement().satisfies(recovery -> {
            assertThat(recovery.kind()).isEqualTo(OperationKind.RECOVER);
            assertThat(registry.ledger.isOfLost(recovery.operationId())).isTrue();
        });
        assertThat(watch.findLost()).isEmpty();
        registry.succeed(begun.get(0));
        assertThat(status(user)).isEqualTo(EngineStatus.RUNNING);
        assertThat(watch.findLost()).isEmpty();
    }

    @Test
    void whoeverStartsALostEngineByHandTakesItOver() {
        UserId user = registry.runningUser();
        silentFor(GRACE.plusSeconds(1));
        lookForAWhile();

        registry.succeed(registry.begin(Verb.START, user));

        assertThat(status(user)).isEqualTo(EngineStatus.RUNNING);
        assertThat(HostWatch.begin(registry.jdbi, registry.host).findLost()).isEmpty();
    }

    @Test
    void anEngineThatFailedByItselfIsNotLost() {
        UserId user = registry.runningUser();
        Operation recovery = registry.fail(user);

        assertThat(registry.ledger.isOfLost(recovery.operationId())).isFalse();
        assertThat(HostWatch.begin(registry.jdbi, registry.host).findLost()).isEmpty();
    }
}
