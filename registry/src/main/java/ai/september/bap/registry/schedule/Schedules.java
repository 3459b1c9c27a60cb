package ai.september.bap.registry.schedule;

import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.audit.AuditAction;
import ai.september.bap.registry.audit.AuditDao;
import ai.september.bap.registry.engine.EngineDao;
import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.engine.EngineStatus;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.operation.Accepted;
import ai.september.bap.registry.operation.AdmitFlags;
import ai.september.bap.registry.operation.Lifecycle;
import ai.september.bap.registry.operation.LifecycleRequest;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.Verb;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Schedules of engines, and their firing. A schedule wakes a sleeper, and keeps awake what is up; what was stopped by hand
 * or has failed it leaves alone. Thread-safe; any number of processes may fire, and each time is fired once.
 */
public final class Schedules {

    private static final Logger LOG = LoggerFactory.getLogger(Schedules.class);

    /** Where a wake is refused, because its host's memory is taken for example. */
    private static final Duration ANOTHER_TIME = Duration.ofMinutes(1);

    /** What came of a firing, where it was a wake: told each time, anything else only when it was something else before. */
    private static final String WAKES = "wakes";

    private static final AdmitFlags WAKE = new AdmitFlags(false, true);

    private final Jdbi jdbi;

    public Schedules(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * The schedule of a user's engine; {@link Schedule#NONE} if it has none.
     *
     * @throws BapException {@code ENGINE_NOT_FOUND}
     */
    public Schedule find(ProductId product, UserId user) {
        return jdbi.inTransaction(handle -> {
            EngineRow engine =
                    handle.attach(EngineDao.class).find(product, user).orElseThrow(Schedules::noEngine);
            return handle.attach(ScheduleDao.class).find(engine.engineId()).orElse(Schedule.NONE);
        });
    }

    /**
     * Gives a user's engine a schedule, in place of any that it has. A sleeper that was to be destroyed lives on for it.
     *
     * @throws BapException {@code ENGINE_NOT_FOUND}; {@code INVALID_REQUEST} if no such time comes; {@code
     *     OPERATION_IN_PROGRESS} if the engine is being destroyed
     */
    public Schedule put(ProductId product, UserId user, WakeTimes times, Actor actor) {
        return jdbi.inTransaction(handle -> {
            EngineDao engines = handle.attach(EngineDao.class);
            EngineRow engine = engines.lock(product, user).orElseThrow(Schedules::noEngine);
            if (engine.status() == EngineStatus.DESTROYING) {
                throw new BapException(
                        ErrorCode.OPERATION_IN_PROGRESS,
                        "This engine is being destroyed. Provision a new one, then give that a schedule.");
            }
            if (engine.status() == EngineStatus.SLEEPING) {
                engines.stirInVain(engine.engineId());
            }
            ScheduleDao schedules = handle.attach(ScheduleDao.class);
            Schedule schedule = schedule(times, schedules.now());
            schedules.put(engine.engineId(), schedule);
            audit(handle, engine, AuditAction.SCHEDULE_SET, actor, metadata(schedule));
            return schedule;
        });
    }

    private static Schedule schedule(WakeTimes times, Instant now) {
        try {
            return times.from(now);
        } catch (IllegalArgumentException never) {
            throw new BapException(ErrorCode.INVALID_REQUEST, String.valueOf(never.getMessage()) + ".");
        }
    }

    /**
     * Takes the schedule of a user's engine away; no-op if it has none.
     *
     * @throws BapException {@code ENGINE_NOT_FOUND}
     */
    public void remove(ProductId product, UserId user, Actor actor) {
        jdbi.useTransaction(handle -> {
            EngineRow engine =
                    handle.attach(EngineDao.class).lock(product, user).orElseThrow(Schedules::noEngine);
            if (handle.attach(ScheduleDao.class).remove(engine.engineId()) > 0) {
                audit(handle, engine, AuditAction.SCHEDULE_REMOVE, actor, Map.of());
            }
        });
    }

    /**
     * Fires the schedule that has been due for longest: the next time and the beginning of the wake are one transaction.
     *
     * @param lifecycle begins the wake
     * @param begun is told of the wake, after the commit
     * @return whether one was due
     */
    public boolean fireNext(Lifecycle lifecycle, Consumer<Operation> begun) {
        Fired fired = lifecycle.inTransaction((handle, requests) -> {
            Optional<EngineId> due = handle.attach(ScheduleDao.class).lockNextDue();
            return due.map(engine -> fire(handle, engine, requests)).orElse(new Fired(false, null));
        });
        if (fired.wake() != null) {
            begun.accept(fired.wake());
        }
        return fired.wasDue();
    }

    private record Fired(boolean wasDue, @Nullable Operation wake) {}

    private static Fired fire(Handle handle, EngineId engineId, Lifecycle.Requests requests) {
        ScheduleDao schedules = handle.attach(ScheduleDao.class);
        Optional<Schedule> schedule = schedules.findDue(engineId);
        if (schedule.isEmpty()) {
            return new Fired(true, null);
        }
        EngineRow engine = handle.attach(EngineDao.class).find(engineId).orElseThrow();
        handle.savepoint("fired");
        try {
            Optional<Instant> next = next(schedule.get(), schedules.now());
            Accepted accepted = requests.request(LifecycleRequest.of(
                            Verb.ADMIT, engine.productId(), engine.userId(), Actor.SYSTEM, engine.image(), WAKE)
                    .of(engineId));
            tell(handle, engine, metadata(accepted));
            next.ifPresentOrElse(time -> schedules.move(engineId, time), () -> schedules.remove(engineId));
            return new Fired(
                    true, accepted instanceof Accepted.Waiting waiting && waiting.begun() ? waiting.operation() : null);
        } catch (RuntimeException failed) {
            // Whatever it is: one schedule that cannot be fired must not keep all others from it.
            handle.rollbackToSavepoint("fired");
            LOG.warn("the schedule of engine {} is tried again in a minute: {}", engineId, failed.toString());
            schedules.postpone(engineId, ANOTHER_TIME);
            tell(handle, engine, metadata(failed));
            return new Fired(true, null);
        }
    }

    /** From now on, not from the time that was due: what was missed while nobody was there to fire comes once. */
    private static Optional<Instant> next(Schedule fired, Instant now) {
        return fired.cron() == null || fired.timezone() == null
                ? Optional.empty()
                : WakeTimes.after(fired.cron(), fired.timezone(), now);
    }

    private static void tell(Handle handle, EngineRow engine, Map<String, Object> metadata) {
        String outcome = String.valueOf(metadata.get("outcome"));
        boolean isNew = handle.attach(ScheduleDao.class).note(engine.engineId(), outcome) > 0;
        if (isNew || outcome.equals(WAKES)) {
            audit(handle, engine, AuditAction.SCHEDULE_WAKE, Actor.SYSTEM, metadata);
        }
    }

    private static Map<String, Object> metadata(RuntimeException failed) {
        ErrorCode code = failed instanceof BapException refused ? refused.code() : ErrorCode.INTERNAL_ERROR;
        return Map.of("outcome", "failed", "code", code.name());
    }

    private static Map<String, Object> metadata(Accepted accepted) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        if (accepted instanceof Accepted.Waiting waiting) {
            metadata.put("outcome", waiting.begun() ? WAKES : "under_way");
            metadata.put("operation_id", waiting.operation().operationId().toString());
        } else {
            metadata.put(
                    "outcome",
                    accepted instanceof Accepted.Denied denied ? denied.reason().wireName() : "awake");
        }
        return metadata;
    }

    private static Map<String, Object> metadata(Schedule schedule) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        if (schedule.cron() != null) {
            metadata.put("cron", schedule.cron());
            metadata.put("timezone", String.valueOf(schedule.timezone()));
        }
        metadata.put("next_wake_at", String.valueOf(schedule.nextWakeAt()));
        return metadata;
    }

    private static void audit(
            Handle handle, EngineRow engine, AuditAction action, Actor actor, Map<String, Object> metadata) {
        handle.attach(AuditDao.class)
                .insert(engine.productId(), engine.userId(), engine.engineId(), action, actor, metadata, null);
    }

    private static BapException noEngine() {
        return new BapException(
                ErrorCode.ENGINE_NOT_FOUND, "This user has no engine. Provision one, or admit with auto_provision.");
    }
}
