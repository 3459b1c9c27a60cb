package ai.september.bap.activities.sleep;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does the same with many things, a few at a time; what fails with one of them is told, and keeps from nothing else. */
final class Crew {

    private static final Logger LOG = LoggerFactory.getLogger(Crew.class);

    /** Each may hold an engine's lock, with a connection for it, and ask for another one. */
    private static final int AT_ONCE = 2;

    private Crew() {}

    interface Work<T> {
        void on(T thing) throws InterruptedException;
    }

    static <T> void work(Collection<T> things, Work<T> work) throws InterruptedException {
        if (things.isEmpty()) {
            return;
        }
        ExecutorService crew = Executors.newFixedThreadPool(Math.min(AT_ONCE, things.size()));
        try {
            List<Callable<T>> calls = things.stream()
                    .<Callable<T>>map(thing -> () -> {
                        work.on(thing);
                        return thing;
                    })
                    .toList();
            for (Future<T> call : crew.invokeAll(calls)) {
                tellOfFailure(call);
            }
        } finally {
            crew.shutdownNow();
        }
    }

    private static void tellOfFailure(Future<?> call) throws InterruptedException {
        try {
            call.get();
        } catch (ExecutionException failed) {
            LOG.warn("an engine that is to sleep is left for the next time: {}", String.valueOf(failed.getCause()));
        }
    }
}
