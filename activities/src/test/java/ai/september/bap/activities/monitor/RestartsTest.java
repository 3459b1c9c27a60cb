package ai.september.bap.activities.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.activities.monitor.Findings.Failing;
import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.host.HostDao;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.operation.Failure;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.watch.HostWatch;
import ai.september.bap.testing.TestDatabase;
import ai.september.bap.testing.registry.TestRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Against a real registry. */
class RestartsTest {

    private static final int MAX = 3;
    private static final MonitorSettings SETTINGS = new MonitorSettings(
            Duration.ofSeconds(30), Duration.ofSeconds(10), MAX, Duration.ofMinutes(5), Duration.ofMinutes(10));

    @RegisterExtension
    final TestDatabase database = TestRegistry.database();

    private final List<Operation> begun = new ArrayList<>();
    private TestRegistry registry;
    private HostWatch watch;
    private Restarts restarts;

    @BeforeEach
    void open() {
        registry = new TestRegistry(database);
        watch = HostWatch.begin(registry.jdbi, TestRegistry.HOST);
        restarts = new Restarts(watch, SETTINGS, begun::add);
    }

    private List<EngineId> running(int count) {
        return IntStream.range(0, count)
                .mapToObj(each -> registry.running())
                .map(EngineRow::engineId)
                .toList();
    }

    /** A sweep that finds that those which are still on the roster fail, of so many engines. */
    private void sweep(int engines, List<EngineId> failing) {
        List<Failing> found = watch.roster().stream()
                .filter(engine -> failing.contains(engine.engineId()))
                .map(engine -> new Failing(engine, MAX, "it answered 500"))
                .toList();
        restarts.judge(new Findings(engines, found, List.of(), List.of(), List.of()));
    }

    private void holdLastsTooLong() {
        registry.jdbi.useHandle(
                handle -> handle.execute("UPDATE hosts SET held_since = held_since - interval '6 minutes'"));
    }

    private void succeed(Operation recovery) {
        registry.ledger.running(recovery.operationId(), 250, Instant.now());
    }

    private boolean isHeld() {
        return watch.hold().isOn();
    }

    @Test
    void whoFailsAloneIsRestarted() {
        List<EngineId> failing = running(3);

        sweep(20, failing);

        assertThat(begun).extracting(Operation::engineId).containsExactlyInAnyOrderElementsOf(failing);
        assertThat(isHeld()).isFalse();
    }

    @Test
    void whenHalfFailAtOnceNobodyIsRestarted() {
        List<EngineId> failing = running(5);

        sweep(10, failing);
        sweep(10, failing);

        assertThat(begun).isEmpty();
        assertThat(isHeld()).isTrue();
        assertThat(watch.roster()).as("they stay running").hasSize(5);
    }

    @Test
    void afterAWhileOneIsRestartedAndWhenItIsUpTheOthers() {
        List<EngineId> failing = running(5);
        sweep(5, failing);
        holdLastsTooLong();

        sweep(5, failing);
        assertThat(begun).hasSize(1);
        sweep(5, failing);
        assertThat(begun).as("the first is not up yet").hasSize(1);
        succeed(begun.get(0));
        sweep(
                5,
                failing.stream()
                        .filter(engine -> !engine.equals(begun.get(0).engineId()))
                        .toList());

        assertThat(begun).extracting(Operation::engineId).containsExactlyInAnyOrderElementsOf(failing);
        assertThat(isHeld()).isFalse();
    }

    @Test
    void whenTheFirstDoesNotComeUpAnotherOneIsTriedAfterAWhile() {
        List<EngineId> failing = running(5);
        sweep(5, failing);
        holdLastsTooLong();
        sweep(5, failing);
        registry.ledger.failed(begun.get(0).operationId(), new Failure(ErrorCode.BOOT_TIMEOUT, "It did not answer."));

        sweep(5, failing);
        assertThat(begun).hasSize(1);
        holdLastsTooLong();
        sweep(5, failing);

        assertThat(begun).hasSize(2);
        assertThat(isHeld()).isTrue();
    }

    @Test
    void whenASweepLooksSaneTheyAreReleasedOneFirst() {
        List<EngineId> failing = running(5);
        sweep(5, failing);

        List<EngineId> two = failing.subList(0, 2);
        sweep(5, two);
        assertThat(begun).hasSize(1);
        succeed(begun.get(0));
        sweep(
                5,
                two.stream()
                        .filter(engine -> !engine.equals(begun.get(0).engineId()))
                        .toList());

        assertThat(begun).extracting(Operation::engineId).containsExactlyInAnyOrderElementsOf(two);
        assertThat(isHeld()).isFalse();
    }

    @Test
    void whenAllAreWellAgainNothingIsRestarted() {
        List<EngineId> failing = running(5);
        sweep(5, failing);

        sweep(5, List.of());

        assertThat(begun).isEmpty();
        assertThat(isHeld()).isFalse();
    }

    @Test
    void anOperatorNeedNotWait() {
        List<EngineId> failing = running(5);
        sweep(5, failing);
        registry.jdbi.useExtension(HostDao.class, hosts -> hosts.releaseRestarts(TestRegistry.HOST));

        sweep(5, failing);

        assertThat(begun).hasSize(1);
    }

    @Test
    void aTemporalThatIsAwayDoesNotKeepWhatIsBegunFromBeingBegun() {
        Restarts away = new Restarts(watch, SETTINGS, operation -> {
            throw new IllegalStateException("away");
        });
        List<EngineId> failing = running(2);

        away.judge(new Findings(
                20,
                watch.roster().stream()
                        .map(engine -> new Failing(engine, MAX, "it answered 500"))
                        .toList(),
                List.of(),
                List.of(),
                List.of()));

        assertThat(failing).allMatch(engine -> registry.open(engine).isPresent());
    }
}
