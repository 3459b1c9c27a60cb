package ai.september.bap.activities.docker;

import static java.util.Objects.requireNonNull;

import ai.september.bap.activities.container.BackendException;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import java.io.Closeable;
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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Calls of the daemon, each with a deadline of its own, which the client has not for unix sockets: a call runs in a thread
 * that is interrupted, and left, when its time is over or its caller is interrupted. Thread-safe.
 */
final class DaemonCalls implements AutoCloseable {

    /** For what the daemon answers from memory, or does in a moment. A daemon under load takes its time. */
    static final Duration QUICK = Duration.ofSeconds(30);

    /** How long a caller that nobody wants any more waits for what it has told the daemon to make. */
    private static final Duration HEAR_OUT = Duration.ofSeconds(30);

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
        Object unusedAnswer = call(verb, deadline, unanswered(verb, call));
    }

    private static Call<String> unanswered(String verb, Call<?> call) {
        return client -> {
            call.make(client);
            return verb;
        };
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
            return answer(verb, deadline, answer);
        } finally {
            answer.cancel(true);
        }
    }

    /**
     * As {@link #call(String, Duration, Call)}, for what makes or starts something. The daemon goes on with it whether or
     * not somebody waits, so a caller that is interrupted first hears the answer, for half a minute at most: the engine's
     * lock, which it holds, is not given up before what was made can be seen by whoever takes it next. A caller that was
     * interrupted before tells the daemon nothing.
     */
    <T> T make(String verb, Duration deadline, Call<T> call) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted before it could " + verb);
        }
        Future<T> answer = submit(verb, () -> call.make(client));
        try {
            return answer(verb, deadline, answer);
        } catch (InterruptedException unwanted) {
            hearOut(answer);
            throw unwanted;
        } finally {
            answer.cancel(true);
        }
    }

    /** As {@link #make}, without an answer. */
    void bringAbout(String verb, Duration deadline, Call<?> call) throws InterruptedException {
        Object unusedAnswer = make(verb, deadline, unanswered(verb, call));
    }

    /** Begins to listen to something that the daemon tells again and again; to be closed by the caller. */
    <T extends Closeable> T listen(Function<DockerClient, T> call) {
        return call.apply(client);
    }

    /** What a container is to be, for {@link #make} to send; the daemon hears nothing of it yet. */
    CreateContainerCmd containerOf(String imageId) {
        return client.createContainerCmd(imageId);
    }

    private static <T> T answer(String verb, Duration deadline, Future<T> answer) throws InterruptedException {
        try {
            return answer.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw BackendException.passing(
                    "the container daemon did not %s within %d s: see its log".formatted(verb, deadline.toSeconds()),
                    late);
        } catch (ExecutionException failed) {
            throw fault(verb, requireNonNull(failed.getCause()));
        }
    }

    /** Whatever it is: the caller has no use for it any more. */
    private static void hearOut(Future<?> answer) {
        long end = System.nanoTime() + HEAR_OUT.toNanos();
        while (!answer.isDone()) {
            try {
                Object unusedAnswer = answer.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (InterruptedException again) {
                // It is ending already.
            } catch (TimeoutException | ExecutionException over) {
                return;
            }
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
