package ai.september.bap.api.operation;

import ai.september.bap.api.http.AsyncAnswers;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Turns answers into responses: 200 with the finished state, or 202 with the operation. Thread-safe. */
public final class Replies {

    /** What a client should let pass before it asks for the operation again, in seconds. */
    private static final int POLL_AFTER_S = 1;

    private final OperationQueries operations;
    private final AsyncAnswers answers;

    public Replies(OperationQueries operations, AsyncAnswers answers) {
        this.operations = operations;
        this.answers = answers;
    }

    /** Answers when there is an answer, with {@code body} of it. */
    public <T> void reply(AsyncResponse response, CompletableFuture<Answer<T>> answer, Function<T, ?> body) {
        answers.answer(response, answer.thenApply(came -> response(came, body)));
    }

    private <T> Response response(Answer<T> answer, Function<T, ?> body) {
        if (answer instanceof Answer.Pending<T> pending) {
            return Response.status(Response.Status.ACCEPTED)
                    .header(HttpHeaders.LOCATION, location(pending))
                    .header(HttpHeaders.RETRY_AFTER, POLL_AFTER_S)
                    .entity(operations.view(pending.operation()))
                    .build();
        }
        return Response.ok(body.apply(((Answer.Done<T>) answer).result())).build();
    }

    private static URI location(Answer.Pending<?> pending) {
        return URI.create("/operations/" + pending.operation().operationId());
    }
}
