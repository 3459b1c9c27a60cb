package ai.september.bap.registry.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.september.bap.registry.TestRegistry;
import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.engine.EngineStatus;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.OperationKind;
import ai.september.bap.registry.operation.OperationStatus;
import ai.september.bap.registry.operation.Verb;
import ai.september.bap.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SchedulesTest {

    @RegisterExtension
    static final TestDatabase db = TestRegistry.database();

    private TestRegistry registry;
    private Schedules schedules;
    private final List<Operation> begun = new ArrayList<>();

    @BeforeEach
    void open() {
        registry = TestRegistry.on(db);
        schedules = new Schedules(registry.jdbi);
        registry.jdbi.useHandle(handle -> handle.execute("DELETE FROM engine_schedules"));
    }

    private Schedule put(UserId user, WakeTimes times) {
        return schedules.put(registry.product, user, times, Actor.product(registry.slug));
    }

    private void tomorrow(UserId user) {
        put(user, WakeTimes.at(Instant.now().plus(Duration.ofDays(1))));
    }

    private void daily(UserId user) {
        put(user, WakeTimes.cron("0 7 * * *", "Europe/Berlin"));
    }

    /** Lets the time come for a user's schedule. */
    private void due(UserId user) {
        registry.jdbi.useHandle(handle -> handle.execute(
                "UPDATE engine_schedules SET next_wake_at = clock_timestamp() - interval '1 second' WHERE engine_id = ?",
                engine(user).value()));
    }

    private EngineId engine(UserId user) {
        return registry.engine(user).engineId();
    }

    private Schedule of(UserId user) {
        return schedules.find(registry.product, user);
    }

    private boolean fire() {
        return schedules.fireNext(registry.lifecycle, begun::add);
    }

    private String lastAudit(UserId user) {
        return registry.audit(user).get(0).action() + " "
                + registry.audit(user).get(0).metadata().path("outcome").asText();
    }

    @Test
    void aSleeperIsWokenOnceAtItsTimeInTheNameOfTheSystem() {
        UserId user = registry.sleepingUser();
        Instant time = Instant.now().plus(Duration.ofDays(1)).truncatedTo(ChronoUnit.MILLIS);
        assertThat(put(user, WakeTimes.at(time))).isEqualTo(of(user)).isEqualTo(new Schedule(time, null, null, time));
        assertThat(registry.audit(user).get(0).action()).isEqualTo("schedule_set");
        assertThat(fire()).as("it is not due").isFalse();

        due(user);
        assertThat(fire()).isTrue();
        assertThat(fire()).isFalse();

        assertThat(begun).singleElement().satisfies(wake -> {
            assertThat(wake.kind()).isEqualTo(OperationKind.WAKE);
            assertThat(wake.actor()).isEqualTo("system");
            assertThat(wake.engineId()).isEqualTo(engine(user));
        });
        assertThat(of(user)).isEqualTo(Schedule.NONE);
        assertThat(lastAudit(user)).isEqualTo("schedule_wake wakes");
    }

    @Test
    void aCrontabLineComesAgainAndAgain() {
        UserId user = registry.sleepingUser();
        daily(user);
        Schedule before = of(user);
        due(user);

        fire();

        assertThat(begun).hasSize(1);
        assertThat(of(user)).isEqualTo(before);
        assertThat(before.nextWakeAt()).isBetween(Instant.now(), Instant.now().plus(Duration.ofDays(1)));
    }

    @Test
    void whatIsUpStaysUpAndWhatWasStoppedByHandOrFailedIsLeftAlone() {
        UserId running = registry.runningUser();
        UserId stopped = registry.stoppedUser();
        UserId failed = registry.failedUser();
        for (UserId user : List.of(running, stopped, failed)) {
            daily(user);
            due(user);
        }
        registry.idle(running);

        assertThat(List.of(fire(), fire(), fire(), fire())).containsExactly(true, true, true, false);

        assertThat(begun).isEmpty();
        assertThat(lastAudit(running)).isEqualTo("schedule_wake awake");
        assertThat(lastAudit(stopped)).isEqualTo("schedule_wake engine_stopped");
        assertThat(lastAudit(failed)).isEqualTo("schedule_wake engine_unhealthy");
        assertThat(registry.engine(stopped).status()).isEqualTo(EngineStatus.STOPPED);
        assertThat(registry.lifecycle.sleep(
                        engine(running), registry.engine(running).fence()))
                .as("it was to be awake now")
                .isEmpty();
    }

    @Test
    void aSleepUnderWayIsCalledOff() {
        UserId user = registry.dozingUser();
        Operation sleep = registry.openOperation(engine(user)).orElseThrow();
        daily(user);
        due(user);

        fire();

        assertThat(begun).isEmpty();
        assertThat(registry.operation(sleep.operationId()).status()).isEqualTo(OperationStatus.CANCELLED);
    }

    @Test
    void aWakeThatIsRefusedIsTriedAgainAMinuteLater() {
        UserId user = registry.sleepingUser();
        daily(user);
        registry.jdbi.useHandle(handle -> {
            handle.execute(
                    "UPDATE hosts SET memory_budget = 1, engine_memory = 2 WHERE host_id = ?", registry.host.value());
            handle.execute(
                    "UPDATE engines SET memory = 0 WHERE engine_id = ?",
                    engine(user).value());
        });
        due(user);

        assertThat(fire()).isTrue();

        assertThat(begun).isEmpty();
        assertThat(registry.openOperation(engine(user))).isEmpty();
        assertThat(of(user).nextWakeAt())
                .isBetween(Instant.now().plusSeconds(50), Instant.now().plusSeconds(70));
        assertThat(registry.audit(user).get(0).metadata().toString()).contains("\"failed\"", "\"UNAVAILABLE\"");
    }

    @Test
    void oneThatCannotBeFiredKeepsNoOtherFromIt() {
        UserId broken = registry.sleepingUser();
        UserId other = registry.sleepingUser();
        daily(broken);
        daily(other);
        registry.jdbi.useHandle(handle -> handle.execute(
                "UPDATE engine_schedules SET timezone = 'Europe/Newtown' WHERE engine_id = ?",
                engine(broken).value()));
        due(broken);
        due(other);

        assertThat(List.of(fire(), fire(), fire())).containsExactly(true, true, false);

        assertThat(begun).singleElement().extracting(Operation::userId).isEqualTo(other);
        assertThat(lastAudit(broken)).isEqualTo("schedule_wake failed");
        assertThat(of(broken).nextWakeAt()).isAfter(Instant.now().plusSeconds(50));
    }

    @Test
    void whatComesOfItIsToldWhenItIsSomethingElse() {
        UserId user = registry.runningUser();
        daily(user);
        for (int time = 0; time < 3; time++) {
            due(user);
            fire();
        }
        assertThat(wakesToldOf(user)).containsExactly("awake");

        registry.succeed(registry.begin(Verb.STOP, user));
        due(user);
        fire();
        assertThat(wakesToldOf(user)).containsExactly("engine_stopped", "awake");
    }

    private List<String> wakesToldOf(UserId user) {
        return registry.audit(user).stream()
                .filter(entry -> entry.action().equals("schedule_wake"))
                .map(entry -> entry.metadata().path("outcome").asText())
                .toList();
    }

    @Test
    void anEngineThatIsBeingDestroyedGetsNone() {
        UserId user = registry.sleepingUser();
        registry.begin(Verb.DESTROY, user);

        assertThatThrownBy(() -> tomorrow(user))
                .isInstanceOfSatisfying(
                        BapException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.OPERATION_IN_PROGRESS));
    }

    @Test
    void anyNumberOfWorkersFireEachTimeOnce() {
        List<UserId> users =
                IntStream.range(0, 20).mapToObj(n -> registry.sleepingUser()).toList();
        users.forEach(this::daily);
        users.forEach(this::due);
        ConcurrentLinkedQueue<Operation> woken = new ConcurrentLinkedQueue<>();

        IntStream.range(0, 8).parallel().forEach(worker -> {
            while (schedules.fireNext(registry.lifecycle, woken::add)) {
                Thread.onSpinWait();
            }
        });

        assertThat(woken.stream().map(Operation::userId)).containsExactlyInAnyOrderElementsOf(users);
    }

    @Test
    void aScheduleGoesWithItsEngineOrByHand() {
        UserId user = registry.sleepingUser();
        daily(user);
        schedules.remove(registry.product, user, Actor.product(registry.slug));
        schedules.remove(registry.product, user, Actor.product(registry.slug));
        assertThat(of(user)).isEqualTo(Schedule.NONE);
        assertThat(registry.audit(user).get(0).action()).isEqualTo("schedule_remove");
        assertThat(registry.audit(user).get(1).action()).as("once").isEqualTo("schedule_set");

        tomorrow(user);
        registry.succeed(registry.begin(Verb.DESTROY, user));
        assertThat(registry.count("SELECT count(*) FROM engine_schedules")).isZero();
        assertThatThrownBy(() -> of(user))
                .isInstanceOfSatisfying(
                        BapException.class, none -> assertThat(none.code()).isEqualTo(ErrorCode.ENGINE_NOT_FOUND));
        assertThatThrownBy(() -> daily(user)).isInstanceOf(BapException.class);
    }
}
