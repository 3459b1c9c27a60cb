package ai.september.bap.api.activity;

import ai.september.bap.registry.activity.ActivityDao;
import ai.september.bap.registry.activity.Replicas;
import ai.september.bap.registry.id.EngineId;
import io.dropwizard.lifecycle.Managed;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When engines were last admitted and platform keys last used. Requests leave it here; every two seconds, and when the
 * process ends, it is written down in one statement of each kind. A process that is killed loses the last seconds. While the
 * database is away the stamps wait, in bounded memory.
 *
 * <p>Up to when everything is written down is on record, too: whoever puts engines to sleep waits for it. (docs/adr/0018)
 * Thread-safe.
 */
public final class Activity implements Managed {

    private static final Logger LOG = LoggerFactory.getLogger(Activity.class);

    private static final Duration INTERVAL = Duration.ofSeconds(2);

    /** About 130 bytes each. */
    private static final int MOST_ENGINES = 100_000;

    private static final int MOST_KEYS = 10_000;

    /** How long one flush waits for those who have looked at an engine: a look takes milliseconds. */
    private static final Duration LONGEST_LOOK = Duration.ofMillis(100);

    /** The last flush of a process is worth a second attempt. */
    private static final int ATTEMPTS_AT_END = 2;

    private final Jdbi jdbi;
    private final Stamps<EngineId> engines = new Stamps<>(MOST_ENGINES, System::nanoTime);
    private final Stamps<UUID> keys = new Stamps<>(MOST_KEYS, System::nanoTime);
    private final Duration longestLook;
    private final UUID replica = UUID.randomUUID();
    private final Readings readings = new Readings();
    private final Lease lease = new Lease(Replicas.LEASE, System::nanoTime, System::currentTimeMillis);
    private @Nullable Instant mark;
    private final Timer succeeded;
    private final Timer failed;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "activity");
        thread.setDaemon(true);
        return thread;
    });
    private boolean failing;

    /** An activity that is written down from its start to its stop. */
    public Activity(Jdbi jdbi, MeterRegistry meters) {
        this(jdbi, meters, LONGEST_LOOK);
    }

    Activity(Jdbi jdbi, MeterRegistry meters, Duration longestLook) {
        this.jdbi = jdbi;
        this.longestLook = longestLook;
        this.succeeded = flushes(meters, "succeeded");
        this.failed = flushes(meters, "failed");
        register(meters, "engine", engines);
        register(meters, "platform_key", keys);
    }

    private static Timer flushes(MeterRegistry meters, String outcome) {
        return Timer.builder("bap.activity.flushes")
                .description("Writing down what was used")
                .tag("outcome", outcome)
                .register(meters);
    }

    private static void register(MeterRegistry meters, String kind, Stamps<?> stamps) {
        Gauge.builder("bap.activity.waiting", stamps::waiting)
                .description("What was used and is not written down yet")
                .tag("kind", kind)
                .strongReference(true)
                .register(meters);
        FunctionCounter.builder("bap.activity.dropped", stamps, Stamps::dropped)
                .description("Uses that are never written down, because too many wait")
                .tag("kind", kind)
                .register(meters);
    }

    /** To be called before an engine is looked at that may be admitted by what is seen, and ended as soon as it was. */
    public Reading beginReading() {
        return readings.begin();
    }

    /**
     * The engine was admitted just now. Does not block.
     *
     * @return false if that can not be kept, or not be relied on, because this process has not reached the database for long:
     *     then the user is not admitted by that
     */
    public boolean admitted(EngineId engine) {
        return lease.holds() && engines.stamp(engine);
    }

    /** A request came with this platform key just now. Does not block. */
    public void used(UUID keyId) {
        keys.stamp(keyId);
    }

    /** Before the first admit it is known that this process admits. */
    @Override
    public void start() {
        write();
        ScheduledFuture<?> unusedUntilStopped = clock.scheduleWithFixedDelay(
                this::write, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Writes down what is left. To be called when no request is under way any more, and the database is still open. */
    @Override
    public void stop() {
        clock.shutdown();
        boolean written = false;
        for (int attempt = 0; attempt < ATTEMPTS_AT_END && !written; attempt++) {
            written = write();
        }
        if (written) {
            leave();
        } else {
            LOG.warn("the last uses of {} engines and {} keys are lost", engines.waiting(), keys.waiting());
        }
    }

    /** Writes down everything that was used before this call. RuntimeException if it cannot be: then it waits. */
    public synchronized void flush() {
        engines.flush((ids, ages) -> jdbi.useExtension(ActivityDao.class, dao -> dao.stampEngines(ids, ages)));
        keys.flush((ids, ages) -> jdbi.useExtension(ActivityDao.class, dao -> dao.stampKeys(ids, ages)));
    }

    private void leave() {
        try {
            jdbi.useExtension(ActivityDao.class, dao -> dao.left(replica));
        } catch (RuntimeException harmless) {
            LOG.warn("this process counts as lost, and engines as used just now: {}", harmless.toString());
        }
    }

    /** Writes everything down and says so, with the time up to which it is everything. */
    private void flushAndTell() {
        Lease.Moment now = lease.now();
        if (mark == null) {
            mark = jdbi.withExtension(ActivityDao.class, ActivityDao::now);
            readings.turn();
        }
        // Before the stamps are taken: those of all who had looked before the mark are among them then.
        @Nullable Instant complete = awaitLooks() ? mark : null;
        flush();
        jdbi.useExtension(ActivityDao.class, dao -> dao.seen(replica, complete));
        now.renew();
        mark = complete == null ? mark : null;
    }

    private boolean awaitLooks() {
        long deadline = System.nanoTime() + longestLook.toNanos();
        while (!readings.isFormerOver() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        return readings.isFormerOver();
    }

    /** One flush; whether it has written everything down that was there. */
    synchronized boolean write() {
        long start = System.nanoTime();
        boolean written = false;
        try {
            flushAndTell();
            written = true;
        } catch (RuntimeException passing) {
            sayOnce(passing);
        }
        failing = !written;
        (written ? succeeded : failed).record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
        return written;
    }

    private void sayOnce(RuntimeException passing) {
        if (failing) {
            LOG.debug("what was used cannot be written down yet", passing);
        } else {
            LOG.warn("what was used is written down later: {}", passing.toString());
        }
    }
}
