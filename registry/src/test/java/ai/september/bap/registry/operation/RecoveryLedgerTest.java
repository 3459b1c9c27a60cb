package ai.september.bap.registry.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.september.bap.registry.TestRegistry;
import ai.september.bap.registry.audit.AuditAction;
import ai.september.bap.registry.audit.AuditEntry;
import ai.september.bap.registry.engine.EngineStatus;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.health.EngineHealth;
import ai.september.bap.registry.health.EngineHealthDao;
import ai.september.bap.registry.host.HostDao;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.OperationId;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.testing.TestDatabase;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RecoveryLedgerTest {

    private static final RecoveryRules RULES =
            new RecoveryRules(Duration.ofSeconds(5), Duration.ofSeconds(60), 3, Duration.ofMinutes(10), 2);

    @RegisterExtension
    static final TestDatabase db = TestRegistry.database();

    private TestRegistry registry;
    private RecoveryLedger recoveries;

    @BeforeEach
    void open() {
        registry = TestRegistry.on(db);
        recoveries = new RecoveryLedger(registry.jdbi, RULES);
        registry.jdbi.useExtension(HostDao.class, hosts -> hosts.heartbeat(registry.host));
    }

    private void pass(Duration time) {
        registry.jdbi.useHandle(handle -> handle.createUpdate("""
                        UPDATE engine_health SET failed_at = failed_at - :time, recovered_at = recovered_at - :time
                        WHERE engine_id IN (SELECT engine_id FROM engines WHERE product_id = :product)
                        """)
                .bind("time", time)
                .bind("product", registry.product)
                .execute());
    }

    private EngineHealth health(UserId user) {
        return find(registry.engine(user).engineId()).orElseThrow();
    }

    private Optional<EngineHealth> find(EngineId engine) {
        return registry.jdbi.withExtension(EngineHealthDao.class, healths -> healths.find(engine));
    }

    private List<String> actions(UserId user) {
        return registry.audit(user).stream().map(AuditEntry::action).toList();
    }

    private Operation recovery(UserId user) {
        return registry.openOperation(registry.engine(user).engineId()).orElseThrow();
    }

    /** At its first attempt. */
    private void comesUp(Operation recovery) {
        pass(Duration.ofSeconds(5));
        assertThat(recoveries.next(recovery.operationId()).hasBegun()).isTrue();
        registry.succeed(recovery);
    }

    private RecoveryTurn failOnce(OperationId recovery, Duration pause) {
        pass(pause);
        assertThat(recoveries.next(recovery).hasBegun()).isTrue();
        recoveries.attemptFailed(recovery, TestRegistry.FAILURE);
        return recoveries.next(recovery);
    }

    @Test
    void aFailureIsRowAuditAndRecoveryInOneTransaction() {
        UserId user = registry.runningUser();

        Operation recovery = registry.fail(user);

        assertThat(registry.engine(user).status()).isEqualTo(EngineStatus.FAILED);
        assertThat(registry.openOperation(registry.engine(user).engineId()))
                .map(Operation::operationId)
                .contains(recovery.operationId());
        assertThat(recovery.kind()).isEqualTo(OperationKind.RECOVER);
        assertThat(registry.transactions(recovery.operationId()))
                .satisfies(written ->
                        assertThat(List.of(written.engine(), written.audit())).containsOnly(written.operation()));
        AuditEntry failed = registry.audit(user).get(0);
        assertThat(failed.action()).isEqualTo(AuditAction.HEALTH_FAILED.wireName());
        assertThat(failed.metadata().path("cause").asText()).isEqualTo("exited");
        assertThat(failed.metadata().path("exit_code").asInt()).isEqualTo(137);
        assertThat(failed.metadata().path("output").asText()).isEqualTo("last words");
        assertThat(failed.metadata().path("engine_status_before").asText()).isEqualTo("running");
        assertThat(failed.metadata().path("engine_status").asText()).isEqualTo("failed");
    }

    @Test
    void whatHasBeenDoneToAnEngineSinceItWasLookedAtIsNotJudgedByThatLook() {
        UserId user = registry.runningUser();
        long seen = registry.engine(user).fence();
        registry.succeed(registry.begin(Verb.ROTATE_KEY, user));

        Optional<Operation> recovery = registry.jdbi.inTransaction(handle ->
                Recoveries.begin(handle, registry.engine(user).engineId(), seen, HealthFailure.exited(1, null)));

        assertThat(recovery).isEmpty();
        assertThat(registry.engine(user).status()).isEqualTo(EngineStatus.RUNNING);
    }

    @Test
    void anEngineThatSomethingIsBeingDoneToIsNotJudged() {
        UserId user = registry.runningUser();
        registry.begin(Verb.ROTATE_KEY, user);
        long fence = registry.engine(user).fence();

        assertThat(registry.jdbi.<Optional<Operation>, RuntimeException>inTransaction(handle -> Recoveries.begin(
                        handle, registry.engine(user).engineId(), fence, HealthFailure.exited(1, null))))
                .isEmpty();
    }

    @Test
    void aStartDoesNotAdoptWhatTheRecoveryBeforeItHasLaunched() {
        UserId user = registry.recoveringUser();
        int launched = registry.engine(user).incarnation();

        Operation start = registry.begin(Verb.START, user);

        assertThat(start.kind()).isEqualTo(OperationKind.START);
        assertThat(registry.engine(user).incarnation()).isEqualTo(launched + 1);
    }

    @Test
    void attemptsComeAfterPausesThatDouble() {
        UserId user = registry.recoveringUser();
        OperationId recovery = recovery(user).operationId();

        RecoveryTurn first = recoveries.next(recovery);
        RecoveryTurn second = failOnce(recovery, Duration.ofSeconds(5));
        RecoveryTurn third = failOnce(recovery, Duration.ofSeconds(10));

        assertThat(first.number()).isEqualTo(1);
        assertThat(first.pause()).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(5));
        assertThat(second.number()).isEqualTo(2);
        assertThat(second.pause()).isBetween(Duration.ofSeconds(8), Duration.ofSeconds(10));
        assertThat(third.number()).isEqualTo(3);
        assertThat(third.pause()).isBetween(Duration.ofSeconds(18), Duration.ofSeconds(20));
        assertThat(actions(user).subList(0, 5))
                .containsExactly(
                        "auto_restart_failed",
                        "auto_restart_start",
                        "auto_restart_failed",
                        "auto_restart_start",
                        "health_failed");
        JsonNode facts = registry.audit(user).get(0).metadata();
        assertThat(facts.path("attempt").asInt()).isEqualTo(2);
        assertThat(facts.path("of").asInt()).isEqualTo(3);
        assertThat(facts.path("code").asText()).isEqualTo(ErrorCode.BOOT_TIMEOUT.name());
        assertThat(facts.has("next_attempt_at")).isTrue();
    }

    @Test
    void thePauseHasAnEnd() {
        assertThat(RULES.pauseAfter(0)).isEqualTo(Duration.ofSeconds(5));
        assertThat(RULES.pauseAfter(3)).isEqualTo(Duration.ofSeconds(40));
        assertThat(RULES.pauseAfter(4)).isEqualTo(Duration.ofSeconds(60));
        assertThat(RULES.pauseAfter(1_000)).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void afterTheLastAttemptItIsGivenUpWithTheLastFailureAndTheOutput() {
        UserId user = registry.recoveringUser();
        OperationId recovery = recovery(user).operationId();
        failOnce(recovery, Duration.ofMinutes(1));
        failOnce(recovery, Duration.ofMinutes(1));
        pass(Duration.ofMinutes(1));
        assertThat(recoveries.next(recovery).hasBegun()).isTrue();
        recoveries.attemptFailed(recovery, TestRegistry.FAILURE);

        assertThatThrownBy(() -> recoveries.next(recovery)).isInstanceOfSatisfying(BapException.class, gaveUp -> {
            assertThat(gaveUp).hasMessageContaining("Gave up after 3 restarts");
            assertThat(gaveUp).hasMessageContaining(TestRegistry.FAILURE.message());
            registry.ledger.failed(recovery, new Failure(gaveUp.code(), String.valueOf(gaveUp.getMessage())));
        });

        assertThat(registry.engine(user).status()).isEqualTo(EngineStatus.FAILED);
        AuditEntry last = registry.audit(user).get(0);
        assertThat(last.action()).isEqualTo("auto_restart_gave_up");
        assertThat(last.metadata().path("error").asText())
                .contains("Gave up after 3 restarts", TestRegistry.FAILURE.message(), "last words");
        assertThat(registry.openOperation(registry.engine(user).engineId())).isEmpty();
    }

    @Test
    void askingAgainDuringAnAttemptIsTheSameAttempt() {
        UserId user = registry.recoveringUser();
        OperationId recovery = recovery(user).operationId();
        pass(Duration.ofSeconds(5));

        RecoveryTurn once = recoveries.next(recovery);
        RecoveryTurn again = recoveries.next(recovery);

        assertThat(once.hasBegun()).isTrue();
        assertThat(again.hasBegun()).isTrue();
        assertThat(again.number()).isEqualTo(once.number());
        assertThat(actions(user)).containsOnlyOnce("auto_restart_start");
    }

    @Test
    void aFailureThatIsReportedTwiceCountsOnce() {
        UserId user = registry.recoveringUser();
        OperationId recovery = recovery(user).operationId();
        pass(Duration.ofSeconds(5));
        recoveries.next(recovery);

        recoveries.attemptFailed(recovery, TestRegistry.FAILURE);
        recoveries.attemptFailed(recovery, TestRegistry.FAILURE);

        assertThat(actions(user)).containsOnlyOnce("auto_restart_failed");
        assertThat(health(user).restarts()).isEqualTo(1);
    }

    @Test
    void whoDiesAgainSoonGoesOnCountingAndWhoStaysWellForAWhileBeginsAnew() {
        UserId user = registry.recoveringUser();
        Operation first = recovery(user);
        comesUp(first);
        pass(Duration.ofMinutes(9));

        Operation soon = registry.fail(user);
        RecoveryTurn second = recoveries.next(soon.operationId());
        pass(Duration.ofSeconds(10));
        recoveries.next(soon.operationId());
        registry.succeed(soon);
        pass(Duration.ofMinutes(11));
        Operation later = registry.fail(user);
        RecoveryTurn anew = recoveries.next(later.operationId());

        assertThat(second.number()).isEqualTo(2);
        assertThat(second.pause()).isGreaterThan(Duration.ofSeconds(7));
        assertThat(anew.number()).isEqualTo(1);
        assertThat(anew.pause()).isLessThanOrEqualTo(Duration.ofSeconds(5));
        assertThat(actions(user)).contains("auto_restart_success");
    }

    @Test
    void attemptsThatTakeLongDoNotBeginAnew() {
        UserId user = registry.recoveringUser();
        Operation first = recovery(user);
        comesUp(first);
        OperationId again = registry.fail(user).operationId();
        pass(Duration.ofSeconds(10));
        assertThat(recoveries.next(again).number()).isEqualTo(2);

        registry.jdbi.useHandle(
                handle -> handle.execute("UPDATE engine_health SET recovered_at = recovered_at - interval '1 hour'"));
        recoveries.attemptFailed(again, TestRegistry.FAILURE);

        assertThat(recoveries.next(again).number()).isEqualTo(3);
    }

    @Test
    void whoStartsByHandBeginsAnew() {
        UserId user = registry.recoveringUser();
        Operation recovery = recovery(user);
        failOnce(recovery.operationId(), Duration.ofSeconds(5));

        Operation start = registry.begin(Verb.START, user);
        registry.succeed(start);

        assertThat(registry.operation(recovery.operationId()).status()).isEqualTo(OperationStatus.CANCELLED);
        assertThat(find(start.engineId())).isEmpty();
        assertThatThrownBy(() -> recoveries.next(recovery.operationId())).isInstanceOf(SupersededException.class);
    }

    @Test
    void aHostThatIsAwayIsWaitedForWithoutAnAttempt() {
        UserId user = registry.recoveringUser();
        OperationId recovery = recovery(user).operationId();
        pass(Duration.ofSeconds(5));
        registry.jdbi.useHandle(handle -> handle.execute(
                "UPDATE hosts SET heartbeat_at = now() - interval '1 minute' WHERE host_id = ?",
                registry.host.value()));

        RecoveryTurn turn = recoveries.next(recovery);

        assertThat(turn.hasBegun()).isFalse();
        assertThat(turn.reason()).contains("away");
        assertThat(health(user).restarts()).isZero();
    }

    @Test
    void noMoreThanSoManyAreUnderWayOnAHostAndProductsTakeTurns() {
        List<Operation> mine = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            mine.add(registry.fail(registry.runningUser()));
        }
        TestRegistry other = registry.withAnotherProduct();
        Operation theirs = other.fail(other.runningUser());
        passFor(registry, other);

        List<Boolean> begun = new ArrayList<>();
        for (Operation recovery : mine) {
            begun.add(recoveries.next(recovery.operationId()).hasBegun());
        }
        boolean othersBegun = recoveries.next(theirs.operationId()).hasBegun();

        // The second place is the other product's, though three of mine have waited for longer.
        assertThat(begun).containsExactly(true, false, false, false);
        assertThat(othersBegun).isTrue();
        registry.succeed(mine.get(0));
        assertThat(recoveries.next(mine.get(1).operationId()).hasBegun()).isTrue();
        assertThat(recoveries.next(mine.get(2).operationId()).hasBegun()).isFalse();
    }

    private void passFor(TestRegistry... registries) {
        for (TestRegistry one : registries) {
            one.jdbi.useHandle(handle ->
                    handle.createUpdate("""
                            UPDATE engine_health SET failed_at = failed_at - interval '1 minute'
                            WHERE engine_id IN (SELECT engine_id FROM engines WHERE product_id = :product)
                            """).bind("product", one.product).execute());
        }
    }

    @Test
    void anEngineThatDoesNotWakeIsRecovered() {
        UserId user = registry.sleepingUser();
        Operation wake = registry.begin(Verb.ADMIT, user);

        registry.ledger.failed(wake.operationId(), TestRegistry.FAILURE);

        assertThat(registry.engine(user).status()).isEqualTo(EngineStatus.FAILED);
        assertThat(registry.openOperation(wake.engineId()))
                .hasValueSatisfying(open -> assertThat(open.kind()).isEqualTo(OperationKind.RECOVER));
    }

    @Test
    void anEngineThatNeitherFallsAsleepNorStaysUpIsRecovered() {
        UserId user = registry.runningUser();
        Operation sleep = registry.beginSleep(user);

        registry.ledger.failed(sleep.operationId(), TestRegistry.FAILURE);

        assertThat(registry.openOperation(sleep.engineId()))
                .hasValueSatisfying(open -> assertThat(open.kind()).isEqualTo(OperationKind.RECOVER));
    }

    @Test
    void anEngineThatDoesNotStartByHandIsLeftToWhoStartedIt() {
        UserId user = registry.stoppedUser();
        Operation start = registry.begin(Verb.START, user);

        registry.ledger.failed(start.operationId(), TestRegistry.FAILURE);

        assertThat(registry.openOperation(start.engineId())).isEmpty();
    }

    @Test
    void anEngineThatIsBroughtBackAndDoesNotComeIsRecovered() {
        UserId user = registry.runningUser();
        Operation restore =
                registry.lifecycle.restore(registry.engine(user).engineId()).orElseThrow();

        registry.ledger.failed(restore.operationId(), TestRegistry.FAILURE);

        assertThat(registry.openOperation(restore.engineId()))
                .hasValueSatisfying(open -> assertThat(open.kind()).isEqualTo(OperationKind.RECOVER));
    }
}
