package ai.september.bap.api.http;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Answers a request when its result is there; meanwhile it holds no thread. Failures go the way of all
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
     * What a resource's method returns to answer with the result: an entity, or a {@code Response} for a status of its own.
     * A result that is there already is returned itself, and answered on the request's own thread: to suspend a request
     * takes a twentieth of an admit's time.
     *
     * @param result is never null in the end, and nobody cancels it
     */
    public Object answer(CompletableFuture<?> result) {
        return result.isDone() ? now(result) : later(result);
    }

    private static Object now(CompletableFuture<?> result) {
        try {
            return result.join();
        } catch (CompletionException failed) {
            Throwable cause = cause(failed);
            if (cause instanceof Error error) {
                throw error;
            }
            throw cause instanceof RuntimeException unchecked ? unchecked : failed;
        }
    }

    private CompletionStage<?> later(CompletableFuture<?> result) {
        CompletableFuture<@Nullable Object> answer = new CompletableFuture<>();
        var unused = result.whenCompleteAsync(
                (value, failure) -> {
                    if (failure == null) {
                        answer.complete(value);
                    } else {
                        answer.completeExceptionally(cause(failure));
                    }
                },
                executor);
        return answer;
    }

    private static Throwable cause(Throwable failure) {
        @Nullable Throwable cause = failure.getCause();
        boolean wrapped = failure instanceof CompletionException || failure instanceof ExecutionException;
        return wrapped && cause != null ? cause(cause) : failure;
    }
}
