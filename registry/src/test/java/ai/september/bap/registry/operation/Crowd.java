package ai.september.bap.registry.operation;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Many who do something at the same moment. */
public final class Crowd {

    private static final long PATIENCE_S = 60;

    private Crowd() {}

    /** What one of them does. */
    public interface Member {
        void act(int number) throws Exception;
    }

    /** Lets all act at once, each in a thread of its own; fails as the first of them that failed. */
    public static void of(int size, Member member) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(size);
        try {
            CountDownLatch signal = new CountDownLatch(1);
            List<Future<?>> all = new ArrayList<>();
            for (int number = 0; number < size; number++) {
                int self = number;
                all.add(threads.submit(() -> {
                    signal.await();
                    member.act(self);
                    return null;
                }));
            }
            signal.countDown();
            for (Future<?> one : all) {
                one.get(PATIENCE_S, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
