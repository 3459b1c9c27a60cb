package ai.september.bap.activities.docker;

import static java.util.Objects.requireNonNull;

import ai.september.bap.activities.container.BackendException;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Calls of the daemon, each with a deadline of its own, which the client has not for unix sockets: a call runs in a thread
 * that is interrupted, and left, when its time is over or its caller is interrupted. Thread-safe.
 */
final class DaemonCalls implements AutoCloseable {

    /** For what the daemon answers from memory, or does in a moment. A daemon under load takes its time. */
    static final Duration QUICK = Duration.ofSeconds(30);

    /** Threads that hang on a daemon that does not answer are not without end; then calls fail at once. */
    private static final int MOST_AT_ONCE = 512;

    private static final int IDLE_S = 30;
    private static final AtomicInteger COUNTER = new AtomicInteger();

    private final DockerClient client;
    private final ExecutorService threads;

    DaemonCalls(DockerClient client) {
        this.client = client;
        this.threads =
                new ThreadPoolExecutor(0, MOST_AT_ONCE, IDLE_S, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                    Thread thread = new Thread(task, "docker-call-" + COUNTER.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /** Something that is said to the daemon. */
    interface Call<T> {
        T make(DockerClient client) throws IOException, InterruptedException;
    }

    /** A call with the ordinary deadline. */
    <T> T call(String verb, Call<T> call) throws InterruptedException {
        return call(verb, QUICK, call);
    }

    /** A call without an answer. */
    void tell(String verb, Duration deadline, Call<?> call) throws InterruptedException {
        Object unusedAnswer = call(verb, deadline, client -> {
            call.make(client);
            return verb;
        });
    }

    /**
     * Makes a call.
     *
     * @param verb what it does, for messages: "create a container"
     * @throws NotFoundException , {@link ConflictException} and {@link NotModifiedException} as the daemon said so: they
     *     may be what the caller hopes for
     * @throws BackendException for everything else that goes wrong
     */
    <T> T call(String verb, Duration deadline, Call<T> call) throws InterruptedException {
        Future<T> answer = submit(verb, () -> call.make(client));
        try {
            return answer.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw BackendException.passing(
                    "the container daemon did not %s within %d s: see its log".formatted(verb, deadline.toSeconds()),
                    late);
        } catch (ExecutionException failed) {
            throw fault(verb, requireNonNull(failed.getCause()));
        } finally {
            answer.cancel(true);
        }
    }

    private <T> Future<T> submit(String verb, Callable<T> task) {
        try {
            return threads.submit(task);
        } catch (RejectedExecutionException tooMany) {
            throw BackendException.passing(
                    "could not " + verb + ": too many calls wait for the container daemon already; see its log",
                    tooMany);
        }
    }

    private static RuntimeException fault(String verb, @Nullable Throwable cause) {
        if (cause instanceof NotFoundException
                || cause instanceof ConflictException
                || cause instanceof NotModifiedException) {
            return (RuntimeException) cause;
        }
        if (cause instanceof Error grave) {
            throw grave;
        }
        return DaemonFaults.of(verb, cause);
    }

    @Override
    public void close() throws IOException {
        threads.shutdownNow();
        client.close();
    }
}
