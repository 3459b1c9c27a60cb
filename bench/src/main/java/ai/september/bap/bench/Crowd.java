package ai.september.bap.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
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
        Callable<T> timed = () -> {
            long began = System.nanoTime();
            T result = work.call();
            each.add(Duration.ofNanos(System.nanoTime() - began));
            return result;
        };
        long start = System.nanoTime();
        List<T> results = results(Collections.nCopies(size, timed));
        all.add(Duration.ofNanos(System.nanoTime() - start));
        return results;
    }

    /** Something that is done with one of several. */
    interface Work<T> {
        void with(T one) throws Exception;
    }

    /** Does it with each, as many at once as there are clients. */
    <T> void withEach(List<T> all, Work<T> work) throws Exception {
        List<T> unused = results(all.stream()
                .<Callable<T>>map(one -> () -> {
                    work.with(one);
                    return one;
                })
                .toList());
    }

    private <T> List<T> results(List<Callable<T>> work) throws Exception {
        List<T> results = new ArrayList<>();
        for (Future<T> future : clients.invokeAll(work)) {
            results.add(future.get());
        }
        return results;
    }

    @Override
    public void close() {
        clients.shutdown();
    }
}
