package ai.september.bap.api.operation;

import ai.september.bap.api.http.AsyncAnswers;
import ai.september.bap.registry.id.OperationId;
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

    /** What a resource's method returns, so that it is answered when there is an answer, with {@code body} of it. */
    public <T> Object reply(CompletableFuture<Answer<T>> answer, Function<T, ?> body) {
        return answers.answer(answer.thenApply(came -> response(came, body)));
    }

    private <T> Response response(Answer<T> answer, Function<T, ?> body) {
        if (answer instanceof Answer.Pending<T> pending) {
            return accepted(pending.operation().operationId(), operations.view(pending.operation()));
        }
        return Response.ok(body.apply(((Answer.Done<T>) answer).result())).build();
    }

    /** 202: the operation goes on, and says under its own path how. */
    public static Response accepted(OperationId operationId, OperationView view) {
        return Response.status(Response.Status.ACCEPTED)
                .header(HttpHeaders.LOCATION, URI.create("/operations/" + operationId))
                .header(HttpHeaders.RETRY_AFTER, POLL_AFTER_S)
                .entity(view)
                .build();
    }
}
