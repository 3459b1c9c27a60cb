package ai.september.bap.registry.sleep;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.registry.TestRegistry;
import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.engine.EngineStatus;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.operation.AdmitFlags;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.OperationKind;
import ai.september.bap.registry.operation.Verb;
import ai.september.bap.registry.product.SleepMode;
import ai.september.bap.registry.schedule.Schedules;
import ai.september.bap.registry.schedule.WakeTimes;
import ai.september.bap.testing.TestDatabase;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SleepersTest {

    @RegisterExtension
    static final TestDatabase db = TestRegistry.database();

    private TestRegistry registry;
    private Sleepers sleepers;

    @BeforeEach
    void open() {
        registry = TestRegistry.on(db);
        sleepers = new Sleepers(registry.jdbi);
    }

    private void policy(String json) {
        registry.jdbi.useHandle(handle -> handle.execute(
                "UPDATE products SET policy = ?::jsonb WHERE product_id = ?", json, registry.product.value()));
    }

    /** Lets so many days pass for a sleeper. */
    private void pass(UserId user, double days) {
        registry.jdbi.useHandle(handle -> handle.execute(
                "UPDATE engines SET slept_at = slept_at - ? * interval '1 day', stirred_at = stirred_at - ? * interval '1 day',"
                        + " delete_announced_at = delete_announced_at - ? * interval '1 day' WHERE engine_id = ?",
                days,
                days,
                days,
                registry.engine(user).engineId().value()));
    }

    private Sleeper only() {
        assertThat(sleepers.of(registry.host)).hasSize(1);
        return sleepers.of(registry.host).get(0);
    }

    private Map<String, Object> sleeping(UserId user) {
        return registry.jdbi.withHandle(
                handle -> handle.createQuery("SELECT sleep_mode, memory, status FROM engines WHERE engine_id = :id")
                        .bind("id", registry.engine(user).engineId())
                        .mapToMap()
                        .one());
    }

    private Optional<Operation> destroyIdle(UserId user) {
        return registry.lifecycle.destroyIdle(registry.engine(user).engineId());
    }

    @Test
    void aFrozenSleeperIsDueAfterItsTimeAndStoppedOnce() {
        UserId user = registry.sleepingUser();
        registry.jdbi.useHandle(handle -> handle.execute("UPDATE engines SET memory = 7"));
        policy("{\"pause_to_stop_s\": 100}");
        assertThat(only().due()).isFalse();
        pass(user, 1);
        Sleeper due = only();
        assertThat(due)
                .extracting(Sleeper::due, Sleeper::mode, Sleeper::fence)
                .containsExactly(true, SleepMode.PAUSE, registry.engine(user).fence());

        sleepers.stopped(due, "pause_to_stop");
        sleepers.stopped(due, "pause_to_stop");

        assertThat(sleeping(user)).containsEntry("sleep_mode", "stop").containsEntry("memory", 0L);
        assertThat(registry.engine(user).status()).isEqualTo(EngineStatus.SLEEPING);
        assertThat(registry.audit(user).get(0).metadata().toString()).contains("pause_to_stop", "\"mode\":\"stop\"");
        assertThat(registry.audit(user).get(1).metadata().toString()).contains("\"mode\":\"pause\"");
    }

    @Test
    void nothingIsDueWithoutATime() {
        UserId user = registry.sleepingUser();
        pass(user, 1_000);

        assertThat(only().due()).isFalse();
        assertThat(sleepers.announce(registry.host)).isZero();
    }

    @Test
    void whatIsBegunWithASleeperMeanwhileIsNotOverwritten() {
        UserId user = registry.sleepingUser();
        Sleeper seen = only();
        Operation wake = registry.begin(Verb.ADMIT, user);

        assertThat(sleepers.isAsLeft(seen)).isFalse();
        assertThat(sleepers.of(registry.host)).isEmpty();
        sleepers.stopped(seen, "pause_to_stop");
        assertThat(sleeping(user)).containsEntry("sleep_mode", "pause");
        registry.succeed(wake);
        sleepers.stopped(seen, "pause_to_stop");
        assertThat(sleeping(user)).containsEntry("status", "running");
    }

    @Test
    void theEndOfASleeperIsAnnouncedADayBefore() {
        UserId user = registry.sleepingUser();
        policy("{\"delete_after_idle_s\": 864000}");
        pass(user, 8.9);
        assertThat(sleepers.announce(registry.host)).isZero();
        pass(user, 0.2);
        assertThat(sleepers.announce(registry.host)).isEqualTo(1);
        assertThat(sleepers.announce(registry.host)).as("once").isZero();
        assertThat(registry.audit(user).get(0).action()).isEqualTo("delete_announced");
        assertThat(registry.audit(user).get(0).metadata().has("destroy_at")).isTrue();

        pass(user, 0.9);
        assertThat(sleepers.doomed(registry.host)).as("the day is not over").isEmpty();
        assertThat(destroyIdle(user)).isEmpty();
        pass(user, 0.2);
        EngineId engine = registry.engine(user).engineId();
        assertThat(sleepers.doomed(registry.host)).containsExactly(engine);
        Operation destroy = destroyIdle(user).orElseThrow();

        assertThat(destroy)
                .extracting(Operation::kind, Operation::actor)
                .containsExactly(OperationKind.DESTROY, "system");
        registry.succeed(destroy);
        assertThat(registry.findEngine(user)).isEmpty();
    }

    @Test
    void whateverIsAskedOfASleeperTakesItsAnnouncementBack() {
        UserId woken = registry.sleepingUser();
        UserId askedFor = registry.sleepingUser();
        UserId pardoned = registry.sleepingUser();
        policy("{\"delete_after_idle_s\": 86400}");
        for (UserId user : new UserId[] {woken, askedFor, pardoned}) {
            pass(user, 2);
        }
        assertThat(sleepers.announce(registry.host)).isEqualTo(3);

        registry.succeed(registry.begin(Verb.ADMIT, woken));
        registry.request(Verb.ADMIT, askedFor, AdmitFlags.NONE);
        for (UserId user : new UserId[] {woken, askedFor}) {
            assertThat(announcedAt(user)).isEqualTo("null");
        }
        assertThat(announcedAt(pardoned)).isNotEqualTo("null");
        policy("{\"delete_after_idle_s\": 8640000}");
        sleepers.announce(registry.host);
        assertThat(announcedAt(pardoned)).isEqualTo("null");
        policy("{\"delete_after_idle_s\": 86400}");
        pass(pardoned, 2);
        assertThat(destroyIdle(pardoned)).as("it has to be announced again").isEmpty();
    }

    @Test
    void aSleeperThatIsGoingToBeWokenLives() {
        UserId user = registry.sleepingUser();
        policy("{\"delete_after_idle_s\": 86400}");
        pass(user, 2);
        assertThat(sleepers.announce(registry.host)).isEqualTo(1);
        Schedules schedules = new Schedules(registry.jdbi);

        schedules.put(registry.product, user, WakeTimes.cron("0 7 * * *", null), Actor.SYSTEM);

        assertThat(announcedAt(user)).isEqualTo("null");
        pass(user, 30);
        assertThat(sleepers.announce(registry.host)).isZero();
        schedules.remove(registry.product, user, Actor.SYSTEM);
        assertThat(destroyIdle(user)).as("it has to be announced again").isEmpty();
        assertThat(sleepers.announce(registry.host)).isEqualTo(1);
    }

    @Test
    void aFrozenSleeperIsDueOnceItsProductWantsNoneFrozen() {
        UserId user = registry.sleepingUser();
        policy("{\"sleep_mode\": \"pause\"}");
        assertThat(only().due()).isFalse();

        policy("{\"sleep_mode\": \"stop\"}");

        assertThat(only().due()).isTrue();
        assertThat(registry.engine(user).status()).isEqualTo(EngineStatus.SLEEPING);
    }

    @Test
    void aSleeperThatWasWokenAfterItWasDoomedLives() {
        UserId user = registry.sleepingUser();
        policy("{\"delete_after_idle_s\": 86400}");
        pass(user, 2);
        sleepers.announce(registry.host);
        pass(user, 2);
        assertThat(sleepers.doomed(registry.host)).hasSize(1);
        EngineRow engine = registry.engine(user);
        Operation wake = registry.begin(Verb.ADMIT, user);

        assertThat(registry.lifecycle.destroyIdle(engine.engineId())).isEmpty();
        registry.succeed(wake);
        assertThat(registry.lifecycle.destroyIdle(engine.engineId())).isEmpty();
    }

    private String announcedAt(UserId user) {
        return registry.jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT coalesce(delete_announced_at::text, 'null') FROM engines WHERE engine_id = :id")
                .bind("id", registry.engine(user).engineId())
                .mapTo(String.class)
                .one());
    }
}
