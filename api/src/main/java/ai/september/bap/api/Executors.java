package ai.september.bap.api;

import ai.september.bap.process.Prerequisites;
import ai.september.bap.process.temporal.TemporalConnection;
import ai.september.bap.registry.operation.OperationListener;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.lifecycle.AutoCloseableManager;
import io.dropwizard.util.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;

/** The threads of the API beside those that serve requests; all end with the process. */
final class Executors {

    /** Continuations read from the database, so more of them than connections would only wait. */
    private static final int CONTINUATIONS = 16;

    private static final int HERD = 8;

    /** They wait for the log of admits. */
    private static final int LIMITS = 4;

    /** Starting a workflow is one call to Temporal. */
    private static final int STARTS = 8;

    /** Beyond this many waiting starts Temporal is too slow for us, and the relay takes over. */
    private static final int STARTS_WAITING = 1_000;

    private static final Duration END_WITHIN = Duration.seconds(5);

    private Executors() {}

    /** Where requests go on after they waited, and answers are written. */
    static ExecutorService continuations(Environment environment) {
        return fixed(environment, "continuation-%d", CONTINUATIONS);
    }

    /** Where requests for engines have their turn in the database, so many at once, if they had to wait for it. */
    static ExecutorService turns(Environment environment, int atOnce) {
        return fixed(environment, "turn-%d", atOnce);
    }

    /** Where those who follow a herd's first ask for themselves; they may queue, and must not hold up answers. */
    static ExecutorService herd(Environment environment) {
        return fixed(environment, "herd-%d", HERD);
    }

    /** Where the log of admits is asked for those who stand in line. */
    static ExecutorService limits(Environment environment) {
        return fixed(environment, "limit-%d", LIMITS);
    }

    private static ExecutorService fixed(Environment environment, String name, int threads) {
        return environment
                .lifecycle()
                .executorService(name)
                .minThreads(threads)
                .maxThreads(threads)
                .workQueue(new LinkedBlockingQueue<>())
                .shutdownTime(END_WITHIN)
                .build();
    }

    /** Where workflows are started. */
    static ExecutorService dispatch(Environment environment) {
        return environment
                .lifecycle()
                .executorService("dispatch-%d")
                .minThreads(STARTS)
                .maxThreads(STARTS)
                .workQueue(new ArrayBlockingQueue<>(STARTS_WAITING))
                .rejectedExecutionHandler(new ThreadPoolExecutor.AbortPolicy())
                .shutdownTime(END_WITHIN)
                .build();
    }

    /** Where operations are looked at whose events are streamed. */
    static ScheduledExecutorService events(Environment environment) {
        return environment
                .lifecycle()
                .scheduledExecutorService("operation-events")
                .shutdownTime(END_WITHIN)
                .build();
    }

    /** Where the output of engines is read, by so many at once; nobody waits for a thread. */
    static ExecutorService logs(Environment environment, int atOnce) {
        return environment
                .lifecycle()
                .executorService("engine-logs-%d")
                .minThreads(0)
                .maxThreads(atOnce)
                .workQueue(new SynchronousQueue<>())
                .rejectedExecutionHandler(new ThreadPoolExecutor.AbortPolicy())
                .shutdownTime(END_WITHIN)
                .build();
    }

    /** Lets the listener run until the process ends. */
    static void listen(Environment environment, OperationListener listener) {
        untilTheEnd(environment, "operation-listener", listener);
    }

    /** Makes what is missing in Temporal, as soon as it is there; the API serves before that. */
    static void prepare(Environment environment, TemporalConnection temporal) {
        untilTheEnd(environment, "temporal-setup", () -> {
            try {
                Prerequisites.awaitTemporal(temporal);
            } catch (InterruptedException ending) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private static void untilTheEnd(Environment environment, String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        environment.lifecycle().manage(new AutoCloseableManager(thread::interrupt));
    }
}
