package ai.september.bap.worker;

import ai.september.bap.activities.container.ContainerStatus;
import ai.september.bap.activities.probe.HealthProbe;
import ai.september.bap.registry.id.EngineId;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Asks many engines at once whether they are up; each gets several chances. */
final class RollCall {

    private static final int AT_ONCE = 16;
    private static final int TRIES = 3;

    private final HealthProbe probe;
    private final Duration pause;

    /** A roll call that pauses so long before it asks an engine again. */
    RollCall(HealthProbe probe, Duration pause) {
        this.probe = probe;
        this.pause = pause;
    }

    /** The engines that answered that they are up, as the engine contract defines it. */
    Set<EngineId> up(List<ContainerStatus> containers) throws InterruptedException {
        Set<EngineId> up = ConcurrentHashMap.newKeySet();
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
        try {
            List<Callable<Boolean>> calls = containers.stream()
                    .<Callable<Boolean>>map(container -> () -> isUp(container) && up.add(container.engineId()))
                    .toList();
            for (Future<Boolean> call : threads.invokeAll(calls)) {
                requireAnswered(call);
            }
            return new HashSet<>(up);
        } finally {
            threads.shutdownNow();
        }
    }

    private boolean isUp(ContainerStatus container) throws InterruptedException {
        if (container.address() == null) {
            return false;
        }
        for (int attempt = 1; !probe.ask(container.address()).isUp(); attempt++) {
            if (attempt == TRIES) {
                return false;
            }
            Thread.sleep(pause.toMillis());
        }
        return true;
    }

    private static void requireAnswered(Future<Boolean> call) throws InterruptedException {
        try {
            call.get();
        } catch (ExecutionException failed) {
            throw new IllegalStateException("an engine could not be asked how it is", failed);
        }
    }
}
