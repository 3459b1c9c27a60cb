package ai.september.bap.worker;

import ai.september.bap.activities.container.BackendException;
import ai.september.bap.activities.container.ContainerBackend;
import ai.september.bap.activities.container.ContainerStatus;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stops all live engines of a host side by side; their rows keep saying what they are to be at the next start. */
final class EngineShutdown implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EngineShutdown.class);

    private static final int AT_ONCE = 32;

    private final ContainerBackend backend;
    private final Duration grace;

    EngineShutdown(ContainerBackend backend, Duration grace) {
        this.backend = backend;
        this.grace = grace;
    }

    @Override
    public void close() throws InterruptedException {
        List<Callable<Boolean>> stops = backend.list().stream()
                .filter(ContainerStatus::isLive)
                .map(this::stop)
                .toList();
        if (stops.isEmpty()) {
            return;
        }
        LOG.info("stopping {} engines", stops.size());
        ExecutorService threads = Executors.newFixedThreadPool(Math.min(AT_ONCE, stops.size()));
        try {
            threads.invokeAll(stops);
        } finally {
            threads.shutdownNow();
        }
    }

    private Callable<Boolean> stop(ContainerStatus container) {
        return () -> {
            try {
                backend.stop(container.id(), grace);
                return true;
            } catch (BackendException failed) {
                LOG.warn("engine {} could not be stopped: {}", container.engineId(), failed.getMessage());
                return false;
            }
        };
    }
}
