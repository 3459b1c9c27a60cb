package ai.september.engine.http;

import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Threads for requests: idle ones are used again and then let go; when all are taken, the server stops accepting. */
final class RequestThreads implements Executor {

    private final ThreadPoolExecutor pool;

    RequestThreads(int most) {
        pool = new ThreadPoolExecutor(0, most, 5, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
            Thread thread = new Thread(task, "http");
            thread.setDaemon(true);
            return thread;
        });
        pool.setRejectedExecutionHandler((task, full) -> handOver(task));
    }

    @Override
    public void execute(Runnable task) {
        pool.execute(task);
    }

    private void handOver(Runnable task) {
        try {
            pool.getQueue().put(task);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
