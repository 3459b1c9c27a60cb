package ai.september.bap.worker;

import ai.september.bap.activities.container.ContainerBackend;
import ai.september.bap.activities.container.ContainerStatus;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops all live engines of a host; their rows keep saying what they are to be at the next start. All are asked side by
 * side, and share one grace period; whoever lives after it is killed. An interrupt ends the waiting, not the engines' end.
 */
final class EngineShutdown implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EngineShutdown.class);

    /** How long interrupted stops may take to let go of their engines. */
    private static final int LET_GO_S = 5;

    private final ContainerBackend backend;
    private final Duration grace;

    EngineShutdown(ContainerBackend backend, Duration grace) {
        this.backend = backend;
        this.grace = grace;
    }

    @Override
    public void close() {
        boolean interrupted = Thread.interrupted();
        if (!interrupted) {
            try {
                stopAll(grace);
            } catch (InterruptedException impatient) {
                LOG.info("interrupted: the engines that still live are killed");
                interrupted = true;
            } catch (RuntimeException failed) {
                LOG.warn("engines could not be stopped in order: {}", failed.toString());
            }
        }
        // Those that could not be stopped, too.
        interrupted |= uninterruptibly(this::killAll);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void stopAll(Duration patience) throws InterruptedException {
        List<ContainerStatus> live =
                backend.list().stream().filter(ContainerStatus::hasToBeStopped).toList();
        if (live.isEmpty()) {
            return;
        }
        LOG.info("stopping {} engines", live.size());
        long deadline = System.nanoTime() + patience.toNanos();
        // A thread for each: one that waited for another's end would be asked too late.
        ExecutorService threads = Executors.newFixedThreadPool(live.size());
        live.forEach(container -> threads.execute(() -> stop(container, deadline)));
        threads.shutdown();
        try {
            threads.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
        } catch (InterruptedException impatient) {
            threads.shutdownNow();
            // Two at once must not work on one engine.
            uninterruptibly(() -> letGo(threads));
            throw impatient;
        }
    }

    private static void letGo(ExecutorService threads) {
        try {
            threads.awaitTermination(LET_GO_S, TimeUnit.SECONDS);
        } catch (InterruptedException nobodyDoes) {
            Thread.currentThread().interrupt();
        }
    }

    private void stop(ContainerStatus container, long deadline) {
        try {
            long left = Math.max(0, deadline - System.nanoTime());
            backend.stop(container.id(), Duration.ofNanos(left));
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException failed) {
            LOG.warn("engine {} could not be stopped: {}", container.engineId(), failed.getMessage());
        }
    }

    private void killAll() {
        try {
            stopAll(Duration.ZERO);
        } catch (InterruptedException | RuntimeException failed) {
            LOG.warn("engines may be left running: {}", failed.toString());
        }
    }

    /** Does something in a thread that nobody interrupts; whether this one was interrupted meanwhile. */
    private static boolean uninterruptibly(Runnable work) {
        Thread thread = new Thread(work, "engine-shutdown");
        thread.start();
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                return interrupted;
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
    }
}
