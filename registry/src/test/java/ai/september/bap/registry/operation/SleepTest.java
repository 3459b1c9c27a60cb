package ai.september.bap.registry.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.september.bap.registry.TestRegistry;
import ai.september.bap.registry.activity.ActivityDao;
import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.engine.EngineStatus;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.product.Policy;
import ai.september.bap.registry.product.Products;
import ai.september.bap.registry.product.SleepMode;
import ai.september.bap.registry.sleep.IdleDao;
import ai.september.bap.registry.sleep.IdleEngine;
import ai.september.bap.testing.TestDatabase;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who may be put to sleep, what takes it back, and what a sleeper keeps. */
class SleepTest {

    private static final long HOUR = 3_600_000_000L;

    @RegisterExtension
    static final TestDatabase db = TestRegistry.database();

    private TestRegistry registry;

    @BeforeEach
    void open() {
        registry = TestRegistry.on(db);
        registry.jdbi.useHandle(handle -> handle.execute("DELETE FROM admitting_replicas"));
    }

    private List<EngineId> candidates() {
        return registry.jdbi.withExtension(IdleDao.class, idle -> idle.candidates(registry.host, 100)).stream()
                .map(IdleEngine::engineId)
                .toList();
    }

    private EngineRow idle() {
        UserId user = registry.runningUser();
        registry.idle(user);
        return registry.engine(user);
    }

    private void replica(String seen, String flushed) {
        registry.jdbi.useHandle(handle -> handle.execute(
                "INSERT INTO admitting_replicas VALUES (?, clock_timestamp() - '" + seen
                        + "'::interval, clock_timestamp() - '" + flushed + "'::interval)",
                UUID.randomUUID()));
    }

    private void stampOwn(EngineId engine, long age) {
        registry.jdbi.useExtension(ActivityDao.class, stamps -> stamps.stampOwn(List.of(engine), List.of(age)));
    }

    private void stamp(EngineId engine, long age) {
        registry.jdbi.useExtension(ActivityDao.class, stamps -> stamps.stampEngines(List.of(engine), List.of(age)));
    }

    @Test
    void onlyWhatNobodyHasUsedForLongEnoughIsACandidate() {
        EngineId idle = idle().engineId();
        EngineId fresh = registry.engine(registry.runningUser()).engineId();
        EngineId admitted = idle().engineId();
        stamp(admitted, HOUR / 2);
        EngineId admittedLongAgo = idle().engineId();
        stamp(admittedLongAgo, 2 * HOUR);
        EngineId active = idle().engineId();
        stampOwn(active, HOUR / 2);
        UserId stopped = registry.runningUser();
        registry.succeed(registry.begin(Verb.STOP, stopped));
        registry.idle(stopped);
        UserId busy = registry.runningUser();
        registry.idle(busy);
        registry.begin(Verb.STOP, busy);

        assertThat(candidates())
                .containsExactlyInAnyOrder(idle, admittedLongAgo)
                .doesNotContain(fresh, admitted, active);
    }

    @Test
    void thosesThatHaveBeenIdleForLongestComeFirst() {
        EngineId one = idle().engineId();
        EngineId other = idle().engineId();
        stamp(one, 2 * HOUR);
        stamp(other, 3 * HOUR);

        assertThat(candidates()).containsExactly(other, one);
    }

    @Test
    void withoutATimeoutNobodySleeps() {
        EngineRow engine = idle();
        new Products(registry.jdbi).replacePolicy(registry.product, Policy.UNLIMITED, Actor.SYSTEM);

        assertThat(candidates()).isEmpty();
        assertThat(registry.lifecycle.sleep(engine.engineId(), engine.fence())).isEmpty();
    }

    @Test
    void whileAReplicaIsSilentNobodySleepsAndThenAllCountAsAdmittedByIt() {
        EngineId idle = idle().engineId();

        replica("5 seconds", "0 seconds");
        assertThat(candidates()).containsExactly(idle);
        replica("30 seconds", "30 seconds");
        assertThat(candidates()).isEmpty();
        registry.jdbi.useHandle(handle -> handle.execute("DELETE FROM admitting_replicas"));
        replica("20 minutes", "20 minutes");
        assertThat(candidates())
                .as("20 minutes ago it may have admitted anybody")
                .isEmpty();
        registry.jdbi.useHandle(handle -> handle.execute("DELETE FROM admitting_replicas"));
        replica("2 hours", "2 hours");
        assertThat(candidates()).containsExactly(idle);
    }

    @Test
    void aReplicaThatWasLostIsForgottenWhenNothingDependsOnItAnyMore() {
        replica("2 hours", "2 hours");
        replica("26 hours", "26 hours");

        int forgotten = registry.jdbi.withExtension(ActivityDao.class, ActivityDao::forgetLost);
        assertThat(forgotten).isEqualTo(1);
    }

    @Test
    void aSleepBeginsOnlyIfNothingHasHappenedSinceTheEngineWasFoundIdle() {
        EngineRow engine = idle();
        assertThat(registry.lifecycle.sleep(engine.engineId(), engine.fence() - 1))
                .isEmpty();
        stamp(engine.engineId(), 0);
        assertThat(registry.lifecycle.sleep(engine.engineId(), engine.fence())).isEmpty();

        EngineRow other = idle();
        Operation sleep =
                registry.lifecycle.sleep(other.engineId(), other.fence()).orElseThrow();

        assertThat(sleep)
                .extracting(Operation::kind, Operation::actor, Operation::touched, Operation::previousStatus)
                .containsExactly(OperationKind.SLEEP, "system", false, EngineStatus.RUNNING);
        assertThat(registry.engine(sleep.userId()).status()).isEqualTo(EngineStatus.RUNNING);
        assertThat(registry.lifecycle.sleep(other.engineId(), other.fence() + 1))
                .as("one is under way")
                .isEmpty();
    }

    @Test
    void whatWasAdmittedBeforeTheSleepBeganAndWrittenDownAfterTakesItBack() {
        EngineRow engine = idle();
        Operation sleep =
                registry.lifecycle.sleep(engine.engineId(), engine.fence()).orElseThrow();
        assertThat(wasIdle(sleep)).isTrue();

        stamp(engine.engineId(), 1_000);
        assertThat(wasIdle(sleep)).isFalse();
    }

    @Test
    void aTimeoutThatIsTakenAwayOrMadeLongerTakesItBack() {
        EngineRow engine = idle();
        Operation sleep =
                registry.lifecycle.sleep(engine.engineId(), engine.fence()).orElseThrow();

        new Products(registry.jdbi)
                .replacePolicy(
                        registry.product,
                        Policy.UNLIMITED.sleeping(100_000, SleepMode.STOP, null, false),
                        Actor.SYSTEM);
        assertThat(wasIdle(sleep)).isFalse();
        new Products(registry.jdbi).replacePolicy(registry.product, Policy.UNLIMITED, Actor.SYSTEM);
        assertThat(wasIdle(sleep)).isFalse();
    }

    private boolean wasIdle(Operation sleep) {
        return registry.jdbi.withExtension(IdleDao.class, idle -> idle.wasIdle(sleep.operationId()));
    }

    @Test
    void replicasAreBehindUntilTheyHaveWrittenDownWhatCameBefore() {
        UUID replica = UUID.randomUUID();
        registry.jdbi.useExtension(ActivityDao.class, stamps -> {
            stamps.seen(replica, null);
            assertThat(stamps.countBehind(stamps.now()))
                    .as("nothing is known of it")
                    .isEqualTo(1);
            stamps.seen(replica, stamps.now());
            assertThat(stamps.countBehind(stamps.now().minusSeconds(1))).isZero();
            assertThat(stamps.countBehind(stamps.now())).isEqualTo(1);
            stamps.seen(replica, null);
            assertThat(stamps.countBehind(stamps.now().minusSeconds(1)))
                    .as("what was written stays written")
                    .isZero();
            stamps.left(replica);
            assertThat(stamps.countBehind(stamps.now())).isZero();
        });
        replica("2 minutes", "3 minutes");
        int behind = registry.jdbi.withExtension(ActivityDao.class, stamps -> stamps.countBehind(stamps.now()));
        assertThat(behind).as("it has ended").isZero();
    }

    @Test
    void aSleepThatIsTakenBackLeavesTheEngineRunningAndSaysWhy() {
        UserId user = registry.dozingUser();
        Operation sleep = open(user);

        registry.ledger.staysAwake(sleep.operationId(), Wakefulness.ACTIVE_TURN);

        assertThat(registry.engine(user).status()).isEqualTo(EngineStatus.RUNNING);
        assertThat(registry.operation(sleep.operationId()))
                .extracting(Operation::status, Operation::errorCode)
                .containsExactly(OperationStatus.CANCELLED, null);
        assertThat(registry.audit(user).get(0).metadata().get("reason").asText())
                .isEqualTo("active_turn");
    }

    @Test
    void whatIsCalledOffCannotBeTouchedAnyMoreAndWhatIsTouchedCannotBeCalledOff() {
        UserId user = registry.dozingUser();
        Operation sleep = open(user);
        registry.request(Verb.ADMIT, user);

        assertThatThrownBy(() -> registry.ledger.touch(sleep.operationId())).isInstanceOf(SupersededException.class);

        UserId other = registry.fallingAsleepUser();
        assertThat(registry.begin(Verb.ADMIT, other))
                .extracting(Operation::kind, Operation::touched)
                .containsExactly(OperationKind.WAKE, true);
    }

    @Test
    void aStartThatCutADozeShortCanStillBeTakenBack() {
        UserId user = registry.dozingUser();
        Operation start = registry.begin(Verb.START, user);

        assertThat(start.touched()).isFalse();
        assertThat(registry.ledger.endUntouched(start.operationId(), OperationStatus.FAILED, TestRegistry.FAILURE))
                .isTrue();
        assertThat(registry.engine(user).status()).isEqualTo(EngineStatus.RUNNING);
    }

    @Test
    void aSleepThatAnOperatorEndsLeavesASleeperWithoutContainers() {
        UserId user = registry.fallingAsleepUser();

        registry.ledger.settled(open(user).operationId(), new Failure(ErrorCode.UNAVAILABLE, "By hand."));

        assertThat(registry.engine(user).status()).isEqualTo(EngineStatus.SLEEPING);
        assertThat(sleepMode(user)).isEqualTo("stop");
    }

    @Test
    void aWakeThatTouchedNothingLeavesTheSleeperAsItWas() {
        UserId user = registry.runningUser();
        registry.ledger.asleep(registry.beginSleep(user).operationId(), SleepMode.STOP);
        Operation wake = registry.begin(Verb.ADMIT, user);

        registry.ledger.endUntouched(wake.operationId(), OperationStatus.FAILED, TestRegistry.FAILURE);

        assertThat(registry.engine(user).status()).isEqualTo(EngineStatus.SLEEPING);
        assertThat(sleepMode(user)).isEqualTo("stop");
        registry.succeed(registry.begin(Verb.ADMIT, user));
        assertThat(sleepMode(user)).isEqualTo("null");
    }

    @Test
    void aSleepThatFailedCanBeBroughtBackToRunning() {
        UserId user = registry.fallingAsleepUser();
        Operation sleep = open(user);

        registry.ledger.oldKeyStays(
                sleep.operationId(), OperationStatus.FAILED, TestRegistry.FAILURE, 1, TestRegistry.HEALTHY_AT);

        assertThat(registry.engine(user).status()).isEqualTo(EngineStatus.RUNNING);
        assertThat(registry.operation(sleep.operationId()).status()).isEqualTo(OperationStatus.FAILED);
    }

    private Operation open(UserId user) {
        return registry.openOperation(registry.engine(user).engineId()).orElseThrow();
    }

    private String sleepMode(UserId user) {
        return registry.jdbi.withHandle(
                handle -> handle.createQuery("SELECT coalesce(sleep_mode, 'null') FROM engines WHERE engine_id = :id")
                        .bind("id", registry.engine(user).engineId())
                        .mapTo(String.class)
                        .one());
    }
}
