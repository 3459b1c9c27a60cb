package ai.september.bap.activities.monitor;

import ai.september.bap.activities.container.BackendException;
import ai.september.bap.activities.container.ContainerBackend;
import ai.september.bap.activities.container.ContainerStatus;
import ai.september.bap.activities.container.ExitListener;
import ai.september.bap.activities.steps.OutputMask;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.operation.HealthFailure;
import ai.september.bap.registry.watch.HostWatch;
import ai.september.bap.registry.watch.Watched;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at engines whose processes are said to have ended, a few at a time and beside the sweep: whether they have, and
 * whether they should not. What is looked at is the row first and then the container, and the row must still be the same
 * when the failure is written down; so whoever is told twice, late or wrongly does no harm.
 */
final class ExitChecks implements ExitListener, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ExitChecks.class);

    /** A call of the daemon that hangs keeps one of them. */
    private static final int AT_ONCE = 4;

    private final HostWatch watch;
    private final ContainerBackend backend;
    private final OutputMask mask;
    private final Restarts restarts;
    private final Set<EngineId> waiting = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE, task -> {
        Thread thread = new Thread(task, "exit-check");
        thread.setDaemon(true);
        return thread;
    });

    ExitChecks(HostWatch watch, ContainerBackend backend, OutputMask mask, Restarts restarts) {
        this.watch = watch;
        this.backend = backend;
        this.mask = mask;
        this.restarts = restarts;
    }

    @Override
    public void ended(EngineId engine) {
        if (waiting.add(engine)) {
            submit(() -> {
                waiting.remove(engine);
                check(engine);
            });
        }
    }

    @Override
    public void mayHaveMissed() {
        // All of them: one that its daemon has started again is told apart by a look at itself only.
        submit(() -> watch.roster().forEach(engine -> ended(engine.engineId())));
    }

    private interface Check {
        void run() throws InterruptedException;
    }

    private void submit(Check check) {
        try {
            threads.execute(() -> attempt(check));
        } catch (RejectedExecutionException closed) {
            LOG.debug("the watch is over", closed);
        }
    }

    /** What cannot be looked at now is looked at by the next sweep. */
    private static void attempt(Check check) {
        try {
            check.run();
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException passing) {
            LOG.info("whether an engine's process lives cannot be seen now: {}", passing.toString());
        }
    }

    private void check(EngineId engineId) throws InterruptedException {
        Optional<Watched> engine = watch.find(engineId);
        if (engine.isEmpty()) {
            return;
        }
        Optional<ContainerStatus> container = container(engine.get());
        if (container.filter(ExitChecks::goesOn).isEmpty()) {
            restarts.begun(watch.fail(engine.get(), failure(container)));
        }
    }

    private Optional<ContainerStatus> container(Watched engine) throws InterruptedException {
        List<ContainerStatus> containers = backend.list(engine.engineId());
        for (ContainerStatus container : containers) {
            if (container.incarnation() == engine.incarnation()) {
                return backend.inspect(container.id());
            }
        }
        return Optional.empty();
    }

    /** One that its daemon has started again, after it had ended by itself, is dealt with as if it had not. */
    private static boolean goesOn(ContainerStatus container) {
        return container.isLive() && container.restarts() == 0;
    }

    private HealthFailure failure(Optional<ContainerStatus> container) throws InterruptedException {
        if (container.isEmpty()) {
            return HealthFailure.gone();
        }
        Integer exitCode = container.map(ContainerStatus::exitCode).orElse(null);
        return HealthFailure.exited(exitCode, output(container.get()));
    }

    private String output(ContainerStatus container) throws InterruptedException {
        try {
            return mask.maskEnd(backend.output(container.id(), OutputMask.READ_BYTES));
        } catch (BackendException unreadable) {
            return "";
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
