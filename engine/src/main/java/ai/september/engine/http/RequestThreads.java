package ai.september.engine.http;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads for requests: idle ones are used again and then let go. A request holds one from its first byte on, however
 * slowly the rest arrives. So when all are taken, those that have been arriving for a while are dropped; one that is
 * being answered never is. Thread-safe.
 */
final class RequestThreads implements Executor {

    /** More than a whole request needs to be read on a busy machine. */
    private static final long ARRIVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ThreadPoolExecutor pool;
    /** Since when requests are arriving, oldest first. */
    private final Map<Thread, Long> arriving = new LinkedHashMap<>();

    RequestThreads(int most) {
        pool = new ThreadPoolExecutor(0, most, 5, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
            Thread thread = new Thread(task, "http");
            thread.setDaemon(true);
            return thread;
        });
        pool.setRejectedExecutionHandler((task, full) -> handOver(task));
    }

    @Override
    public void execute(Runnable exchange) {
        pool.execute(() -> run(exchange));
    }

    private void run(Runnable exchange) {
        arrives();
        try {
            exchange.run();
        } finally {
            answers();
            // Dropped at the last moment: that is not the next request's business.
            Thread.interrupted();
        }
    }

    /** The calling thread reads from somebody who may be sending slowly, or nothing more. */
    synchronized void arrives() {
        arriving.put(Thread.currentThread(), System.nanoTime());
    }

    /** The calling thread must not be disturbed from now on. */
    synchronized void answers() {
        arriving.remove(Thread.currentThread());
    }

    private void handOver(Runnable task) {
        try {
            while (!pool.getQueue().offer(task, 20, TimeUnit.MILLISECONDS)) {
                dropSlow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Interrupting a thread that reads from a channel closes that connection. */
    private synchronized void dropSlow() {
        long now = System.nanoTime();
        Iterator<Map.Entry<Thread, Long>> oldestFirst = arriving.entrySet().iterator();
        while (oldestFirst.hasNext()) {
            Map.Entry<Thread, Long> request = oldestFirst.next();
            if (now - request.getValue() < ARRIVAL_NANOS) {
                return;
            }
            request.getKey().interrupt();
            oldestFirst.remove();
        }
    }
}
