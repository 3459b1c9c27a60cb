package ai.september.bap.api.http;

import jakarta.ws.rs.container.AsyncResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Answers a suspended request when its result is there; meanwhile it holds no thread. Failures go the way of all
 * exceptions, by {@link ErrorMapper}.
 */
public final class AsyncAnswers {

    private final Executor executor;

    /**
     * Answers on threads of their own.
     *
     * @param executor writes the answers, because whoever completes a result should not wait for a slow client
     */
    public AsyncAnswers(Executor executor) {
        this.executor = executor;
    }

    /**
     * Answers with the result: an entity, or a {@code Response} for a status of its own. A result that is there already
     * is answered at once, on the request's own thread.
     */
    public void answer(AsyncResponse response, CompletableFuture<?> result) {
        BiConsumer<Object, Throwable> resume = (value, failure) -> resume(response, value, failure);
        var unused = result.isDone() ? result.whenComplete(resume) : result.whenCompleteAsync(resume, executor);
    }

    /** Two calls, because JAX-RS tells a failure from an entity by the static type only. */
    private static void resume(AsyncResponse response, @Nullable Object value, @Nullable Throwable failure) {
        if (failure == null) {
            response.resume(value);
        } else {
            response.resume(cause(failure));
        }
    }

    private static Throwable cause(Throwable failure) {
        @Nullable Throwable cause = failure.getCause();
        boolean wrapped = failure instanceof CompletionException || failure instanceof ExecutionException;
        return wrapped && cause != null ? cause(cause) : failure;
    }
}
