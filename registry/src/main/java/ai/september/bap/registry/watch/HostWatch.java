package ai.september.bap.registry.watch;

import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.audit.AuditAction;
import ai.september.bap.registry.audit.AuditDao;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.operation.HealthFailure;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.Recoveries;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * The watch over the engines of one host, as far as it is written down. It is fenced by a number that rises with each
 * watcher: a worker that was frozen, or cut off from Temporal, and that another one has taken the place of, writes nothing
 * any more. Thread-safe.
 */
public final class HostWatch {

    private final Jdbi jdbi;
    private final HostId hostId;
    private final long watch;

    private HostWatch(Jdbi jdbi, HostId hostId, long watch) {
        this.jdbi = jdbi;
        this.hostId = hostId;
        this.watch = watch;
    }

    /**
     * Begins to watch over a host; whoever did so before has nothing to say from now on.
     *
     * @throws IllegalStateException if no worker has announced the host
     */
    public static HostWatch begin(Jdbi jdbi, HostId hostId) {
        long watch = jdbi.withExtension(WatchDao.class, dao -> dao.begin(hostId))
                .orElseThrow(() -> new IllegalStateException("nobody has announced host " + hostId));
        return new HostWatch(jdbi, hostId, watch);
    }

    public HostId hostId() {
        return hostId;
    }

    /** The engines that should be up and that nothing is being done to, in the order of their ids. */
    public List<Watched> roster() {
        return jdbi.withExtension(WatchDao.class, dao -> dao.roster(hostId));
    }

    /** One of them, as it is now. */
    public Optional<Watched> find(EngineId engineId) {
        return jdbi.withExtension(WatchDao.class, dao -> dao.find(hostId, engineId));
    }

    /**
     * Writes down what a sweep has found that is not as it was.
     *
     * @param failing those that one more probe of has failed
     * @param degraded those of which nothing but the LLM provider fails, and was not known to
     * @param well those that are well again
     * @throws WatchLostException if somebody else watches by now
     */
    public void note(Collection<Seen> failing, Collection<Seen> degraded, Collection<Watched> well) {
        if (failing.isEmpty() && degraded.isEmpty() && well.isEmpty()) {
            return;
        }
        use(handle -> {
            WatchDao dao = handle.attach(WatchDao.class);
            if (!failing.isEmpty()) {
                dao.unwell(ids(failing), fences(failing));
                dao.failing(ids(failing), fences(failing), problems(failing));
            }
            if (!degraded.isEmpty()) {
                dao.unwell(ids(degraded), fences(degraded));
                dao.degraded(ids(degraded), fences(degraded), problems(degraded));
            }
            if (!well.isEmpty()) {
                List<EngineId> ids = well.stream().map(Watched::engineId).toList();
                List<Long> fences = well.stream().map(Watched::fence).toList();
                dao.healthyNow(ids, fences);
                dao.well(ids, fences);
            }
        });
    }

    private static List<EngineId> ids(Collection<Seen> seen) {
        return seen.stream().map(one -> one.engine().engineId()).toList();
    }

    private static List<Long> fences(Collection<Seen> seen) {
        return seen.stream().map(one -> one.engine().fence()).toList();
    }

    private static List<String> problems(Collection<Seen> seen) {
        return seen.stream().map(Seen::problem).toList();
    }

    /**
     * All engines that should be up have been asked. Those of which nothing else is on record were well.
     *
     * @throws WatchLostException if somebody else watches by now
     */
    public void swept() {
        if (jdbi.withExtension(WatchDao.class, dao -> dao.swept(hostId, watch)) == 0) {
            throw new WatchLostException(hostId);
        }
    }

    /** Drops what is on record of engines that have been well for so long. */
    public void forgetWell(Duration stable) {
        use(handle -> handle.attach(WatchDao.class).forgetWell(hostId, stable));
    }

    /**
     * Settles that an engine has failed, and begins its recovery.
     *
     * @return the recovery; empty if something has been done to the engine since it was looked at
     * @throws WatchLostException if somebody else watches by now
     */
    public Optional<Operation> fail(Watched engine, HealthFailure failure) {
        return with(handle -> Recoveries.begin(handle, engine.engineId(), engine.fence(), failure));
    }

    /**
     * Begins the recovery of each engine that was lost with the host, which is back.
     *
     * @return the recoveries
     * @throws WatchLostException if somebody else watches by now
     */
    public List<Operation> findLost() {
        return jdbi.withExtension(WatchDao.class, dao -> dao.lost(hostId)).stream()
                .flatMap(engine -> with(handle -> Recoveries.find(handle, engine)).stream())
                .toList();
    }

    /** Whether restarts are held back. */
    public Hold hold() {
        return jdbi.withExtension(WatchDao.class, dao -> dao.hold(hostId)).orElseThrow();
    }

    /**
     * Holds restarts back from now on.
     *
     * @param failing how many engines fail
     * @param engines of how many that should be up
     * @throws WatchLostException if somebody else watches by now
     */
    public void holdBack(int failing, int engines) {
        use(handle -> {
            handle.attach(WatchDao.class).holdBack(hostId);
            audit(handle, AuditAction.MASS_FAILURE, Map.of("failing", failing, "engines", engines));
        });
    }

    /**
     * Restarts one engine before the others. The time for which they are held back begins anew.
     *
     * @return its recovery; empty, with nothing changed, if something has been done to it since it was looked at
     * @throws WatchLostException if somebody else watches by now
     */
    public Optional<Operation> chooseCanary(Watched engine, HealthFailure failure) {
        return with(handle -> {
            Optional<Operation> recovery = Recoveries.begin(handle, engine.engineId(), engine.fence(), failure);
            if (recovery.isPresent()) {
                WatchDao dao = handle.attach(WatchDao.class);
                dao.holdBack(hostId);
                dao.chooseCanary(hostId, engine.engineId());
            }
            return recovery;
        });
    }

    /**
     * Holds restarts back no longer.
     *
     * @param reason in fixed words
     * @throws WatchLostException if somebody else watches by now
     */
    public void release(String reason) {
        use(handle -> {
            if (handle.attach(WatchDao.class).release(hostId) > 0) {
                audit(handle, AuditAction.MASS_FAILURE_RELEASE, Map.of("reason", reason));
            }
        });
    }

    /**
     * Leaves a sample of what sweeps find in the audit log.
     *
     * @throws WatchLostException if somebody else watches by now
     */
    public void sample(Map<String, Object> facts) {
        use(handle -> audit(handle, AuditAction.HEALTH_CHECK, facts));
    }

    private void audit(Handle handle, AuditAction action, Map<String, ?> facts) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("host_id", hostId.value());
        metadata.putAll(facts);
        handle.attach(AuditDao.class).insert(null, null, null, action, Actor.SYSTEM, metadata, null);
    }

    private void use(Consumer<Handle> work) {
        boolean unused = with(handle -> {
            work.accept(handle);
            return true;
        });
    }

    private <T> T with(Function<Handle, T> work) {
        return jdbi.inTransaction(handle -> {
            if (handle.attach(WatchDao.class).hold(hostId, watch).isEmpty()) {
                throw new WatchLostException(hostId);
            }
            return work.apply(handle);
        });
    }
}
