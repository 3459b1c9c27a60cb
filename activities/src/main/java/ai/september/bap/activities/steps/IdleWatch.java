package ai.september.bap.activities.steps;

import ai.september.bap.activities.container.ContainerStatus;
import ai.september.bap.activities.probe.HealthAnswer;
import ai.september.bap.activities.probe.HealthProbe;
import ai.september.bap.registry.activity.ActivityDao;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.operation.Wakefulness;
import ai.september.bap.registry.sleep.IdleDao;
import ai.september.bap.workflows.OperationRef;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jdbi.v3.core.Jdbi;

/** Whether an engine is idle: by the rows, once they are complete, and by its own account. Thread-safe. */
public final class IdleWatch {

    /** Replicas write every two seconds. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Duration PAUSE = Duration.ofMillis(100);

    private static final Duration LONGEST = Duration.ofDays(3_660);

    private final Jdbi jdbi;
    private final HealthProbe probe;
    private final Clock clock;

    public IdleWatch(Jdbi jdbi, HealthProbe probe, Clock clock) {
        this.jdbi = jdbi;
        this.probe = probe;
        this.clock = clock;
    }

    /**
     * Waits until it is written down who was admitted before this sleep took the engine off the hot path, and looks
     * whether the engine had been idle.
     *
     * @param waits is told what is waited for
     * @return why the engine is to stay awake; empty if it had been idle
     */
    Optional<Wakefulness> whyAwake(OperationRef operation, Consumer<String> waits) throws InterruptedException {
        waits.accept("the replicas to write down whom they admitted");
        // Read after the sleep was committed: whoever reads later than this does not find the engine on the hot path.
        Instant begun = jdbi.withExtension(ActivityDao.class, ActivityDao::now);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (jdbi.withExtension(ActivityDao.class, stamps -> stamps.countBehind(begun)) > 0) {
            if (System.nanoTime() > deadline) {
                return Optional.of(Wakefulness.STAMPS_MISSING);
            }
            Thread.sleep(PAUSE.toMillis());
        }
        return whyAwake(operation);
    }

    /** As the other, by the rows as they are. */
    Optional<Wakefulness> whyAwake(OperationRef operation) {
        boolean idle = jdbi.withExtension(IdleDao.class, rows -> rows.wasIdle(operation.operationId()));
        return idle ? Optional.empty() : Optional.of(Wakefulness.NOT_IDLE);
    }

    /**
     * Asks the engine itself. What it says of its latest activity is put on record.
     *
     * @return why it is to stay awake; empty if no turn is under way
     */
    public Optional<Wakefulness> ask(ContainerStatus container) throws InterruptedException {
        if (container.address() == null) {
            return Optional.of(Wakefulness.NOT_ANSWERING);
        }
        HealthAnswer answer = probe.inquire(container.address());
        record(container.engineId(), answer);
        if (!answer.health().isUp()) {
            return Optional.of(Wakefulness.NOT_ANSWERING);
        }
        return answer.activeTurns() > 0 ? Optional.of(Wakefulness.ACTIVE_TURN) : Optional.empty();
    }

    private void record(EngineId engine, HealthAnswer answer) {
        Optional<Duration> age = answer.activeTurns() > 0
                ? Optional.of(Duration.ZERO)
                : answer.lastActivity().map(at -> Duration.between(at, clock.instant()));
        // The engine's clock is this machine's. One that is ahead of it has been active just now; one that says year 1,
        // as
        // some languages do for never, for longer than anybody would wait.
        age.map(idle -> idle.isNegative() ? Duration.ZERO : idle)
                .map(idle -> idle.compareTo(LONGEST) > 0 ? LONGEST : idle)
                .ifPresent(idle -> jdbi.useExtension(
                        ActivityDao.class,
                        stamps -> stamps.stampOwn(
                                List.of(engine), List.of(TimeUnit.NANOSECONDS.toMicros(idle.toNanos())))));
    }
}
