package ai.september.bap.registry.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.september.bap.registry.TestRegistry;
import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.engine.EngineStatus;
import ai.september.bap.registry.health.EngineHealth;
import ai.september.bap.registry.health.EngineHealthDao;
import ai.september.bap.registry.host.HostDao;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.operation.HealthFailure;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.OperationKind;
import ai.september.bap.registry.operation.Verb;
import ai.september.bap.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class HostWatchTest {

    private static final HealthFailure UNHEALTHY = HealthFailure.unhealthy(3, "it answered 503");

    @RegisterExtension
    static final TestDatabase db = TestRegistry.database();

    private TestRegistry registry;
    private HostWatch watch;

    @BeforeEach
    void open() {
        registry = TestRegistry.on(db);
        watch = HostWatch.begin(registry.jdbi, registry.host);
    }

    private Watched watched(UserId user) {
        return watch.find(registry.engine(user).engineId()).orElseThrow();
    }

    private Optional<EngineHealth> health(UserId user) {
        return registry.jdbi.withExtension(
                EngineHealthDao.class,
                healths -> healths.find(registry.engine(user).engineId()));
    }

    private Seen failing(UserId user) {
        return new Seen(watched(user), "it answered 503");
    }

    private Instant lastHealthAt(UserId user) {
        return Objects.requireNonNull(registry.engine(user).lastHealthAt());
    }

    @Test
    void onTheRosterIsWhatShouldBeUpAndIsLeftInPeace() {
        UserId up = registry.runningUser();
        UserId rotating = registry.runningUser();
        registry.begin(Verb.ROTATE_KEY, rotating);
        registry.stoppedUser();
        registry.sleepingUser();
        registry.failedUser();
        registry.recoveringUser();

        EngineRow engine = registry.engine(up);
        assertThat(watch.roster())
                .containsExactly(new Watched(engine.engineId(), engine.fence(), engine.incarnation(), 0, false, false));
    }

    @Test
    void anEngineThatIsWellCostsNoRowAndWasHealthyWhenItsHostWasSwept() {
        UserId user = registry.runningUser();
        Instant atBoot = lastHealthAt(user);

        watch.note(List.of(), List.of(), List.of());
        watch.swept();

        assertThat(lastHealthAt(user)).isAfter(atBoot);
        assertThat(health(user)).isEmpty();
    }

    @Test
    void anEngineThatFailsWasHealthyWhenItWasTheLastTime() {
        UserId user = registry.runningUser();
        watch.swept();
        Instant healthy = lastHealthAt(user);

        watch.note(List.of(failing(user)), List.of(), List.of());
        watch.swept();
        watch.note(List.of(failing(user)), List.of(), List.of());
        watch.swept();

        assertThat(lastHealthAt(user)).isEqualTo(healthy);
        assertThat(health(user))
                .hasValueSatisfying(known -> assertThat(known.failures()).isEqualTo(2));
        watch.note(List.of(), List.of(), List.of(watched(user)));
        assertThat(lastHealthAt(user)).isAfter(healthy);
        assertThat(watched(user).isWell()).isTrue();
    }

    @Test
    void whatAnEngineWasSeenToBeStaysWhenItIsStopped() {
        UserId user = registry.runningUser();
        watch.swept();
        Instant healthy = lastHealthAt(user);

        registry.succeed(registry.begin(Verb.STOP, user));
        watch.swept();

        assertThat(lastHealthAt(user)).isEqualTo(healthy);
    }

    @Test
    void anEngineOfWhichOnlyTheProviderFailsIsMarkedAndNotCounted() {
        UserId user = registry.runningUser();

        watch.note(List.of(failing(user)), List.of(), List.of());
        watch.note(List.of(), List.of(failing(user)), List.of());

        assertThat(watched(user)).matches(engine -> engine.degraded() && engine.failures() == 0);
    }

    @Test
    void ofAnEngineThatHasChangedSinceItWasLookedAtNothingIsNoted() {
        UserId user = registry.runningUser();
        Seen before = failing(user);
        registry.succeed(registry.begin(Verb.ROTATE_KEY, user));

        watch.note(List.of(before), List.of(), List.of());

        assertThat(health(user)).isEmpty();
        assertThat(watch.fail(before.engine(), UNHEALTHY)).isEmpty();
    }

    @Test
    void whoeverHasBeenTakenThePlaceOfHasNothingToSay() {
        UserId user = registry.runningUser();
        Seen seen = failing(user);

        HostWatch successor = HostWatch.begin(registry.jdbi, registry.host);

        assertThatThrownBy(() -> watch.note(List.of(seen), List.of(), List.of()))
                .isInstanceOf(WatchLostException.class);
        assertThatThrownBy(watch::swept).isInstanceOf(WatchLostException.class);
        assertThatThrownBy(() -> watch.fail(seen.engine(), UNHEALTHY)).isInstanceOf(WatchLostException.class);
        assertThatThrownBy(() -> watch.holdBack(4, 5)).isInstanceOf(WatchLostException.class);
        assertThatThrownBy(() -> watch.sample(Map.of())).isInstanceOf(WatchLostException.class);
        assertThat(health(user)).isEmpty();
        assertThat(registry.engine(user).status()).isEqualTo(EngineStatus.RUNNING);
        assertThat(successor.fail(seen.engine(), UNHEALTHY)).isPresent();
    }

    @Test
    void aHostThatNobodyHasAnnouncedCannotBeWatched() {
        assertThatThrownBy(() -> HostWatch.begin(registry.jdbi, new HostId("nowhere")))
                .hasMessageContaining("nowhere");
    }

    @Test
    void restartsAreHeldBackUntilTheyAreReleased() {
        assertThat(watch.hold().isOn()).isFalse();

        watch.holdBack(12, 20);

        assertThat(watch.hold().isOn()).isTrue();
        assertThat(watch.hold().isLongerThan(Duration.ofMinutes(1))).isFalse();
        assertThat(lastOfHost("mass_failure")).isEqualTo("12 of 20");
        watch.release("for a test");
        assertThat(watch.hold().isOn()).isFalse();
    }

    private String lastOfHost(String action) {
        return registry.jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT metadata->>'failing' || ' of ' || (metadata->>'engines') FROM audit_log
                        WHERE action = :action AND metadata->>'host_id' = :host ORDER BY id DESC LIMIT 1
                        """)
                .bind("action", action)
                .bind("host", registry.host)
                .mapTo(String.class)
                .one());
    }

    @Test
    void theOperatorsReleaseIsLikeAHoldThatHasLastedLongEnough() {
        HostDao hosts = registry.jdbi.onDemand(HostDao.class);
        assertThat(hosts.releaseRestarts(registry.host)).isZero();
        watch.holdBack(12, 20);

        assertThat(hosts.releaseRestarts(registry.host)).isEqualTo(1);

        assertThat(watch.hold().isLongerThan(Duration.ofDays(1))).isTrue();
    }

    @Test
    void aCanaryIsRecoveredAndTheTimeBeginsAnew() {
        UserId user = registry.runningUser();
        watch.holdBack(1, 1);
        registry.jdbi.useExtension(HostDao.class, hosts -> hosts.releaseRestarts(registry.host));

        Optional<Operation> recovery = watch.chooseCanary(watched(user), UNHEALTHY);

        assertThat(recovery)
                .hasValueSatisfying(begun -> assertThat(begun.kind()).isEqualTo(OperationKind.RECOVER));
        assertThat(watch.hold().chosen()).contains(registry.engine(user).engineId());
        assertThat(watch.hold().isLongerThan(Duration.ofMinutes(1))).isFalse();
        assertThat(watch.find(registry.engine(user).engineId()))
                .as("not up yet")
                .isEmpty();
    }

    @Test
    void whatIsOnRecordOfAnEngineGoesWhenItHasBeenWellForAWhile() {
        UserId user = registry.recoveringUser();
        registry.succeed(
                registry.openOperation(registry.engine(user).engineId()).orElseThrow());

        watch.forgetWell(Duration.ofMinutes(10));
        assertThat(watched(user).remembered()).isTrue();
        watch.forgetWell(Duration.ZERO);

        assertThat(watched(user).remembered()).isFalse();
    }

    @Test
    void whatFailsNowIsNotForgotten() {
        UserId user = registry.runningUser();
        watch.note(List.of(failing(user)), List.of(), List.of());

        watch.forgetWell(Duration.ZERO);

        assertThat(watched(user).failures()).isEqualTo(1);
    }
}
