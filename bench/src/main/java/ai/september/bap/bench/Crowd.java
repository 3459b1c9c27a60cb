package ai.september.bap.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** So many clients that ask at once. For one caller at a time. */
final class Crowd implements AutoCloseable {

    private final int size;
    private final ExecutorService clients;

    Crowd(int size) {
        this.size = size;
        this.clients = Executors.newFixedThreadPool(size);
    }

    /** Does the work once for each client, all at once, timed each and until the last. */
    <T> List<T> atOnce(Samples each, Samples all, Callable<T> work) throws Exception {
        long start = System.nanoTime();
        List<Future<T>> futures = new ArrayList<>();
        for (int client = 0; client < size; client++) {
            futures.add(clients.submit(() -> {
                long began = System.nanoTime();
                T result = work.call();
                each.add(Duration.ofNanos(System.nanoTime() - began));
                return result;
            }));
        }
        List<T> results = new ArrayList<>();
        for (Future<T> future : futures) {
            results.add(future.get());
        }
        all.add(Duration.ofNanos(System.nanoTime() - start));
        return results;
    }

    @Override
    public void close() {
        clients.shutdown();
    }
}
