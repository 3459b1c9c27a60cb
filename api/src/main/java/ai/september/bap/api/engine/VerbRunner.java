package ai.september.bap.api.engine;

import ai.september.bap.api.http.RequestNotes;
import ai.september.bap.api.operation.Answer;
import ai.september.bap.api.operation.OperationWaiters;
import ai.september.bap.registry.engine.EngineDao;
import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.erasure.Erasures;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.operation.Accepted;
import ai.september.bap.registry.operation.LifecycleRequest;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.OperationDao;
import ai.september.bap.registry.operation.OperationStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Has one explicit verb carried out, and answers with what it came to. Thread-safe. */
final class VerbRunner {

    private final Jdbi jdbi;
    private final OperationRunner runner;

    VerbRunner(Jdbi jdbi, OperationRunner runner) {
        this.jdbi = jdbi;
        this.runner = runner;
    }

    /** Carries out a verb whose answer names the engine by its id. */
    CompletableFuture<Answer<Operation>> run(LifecycleRequest request, Duration patience, RequestNotes notes) {
        return run(request, patience, notes, (operation, earlier) -> operation);
    }

    /** Carries out a verb whose answer is made of the engine as it is afterwards. */
    CompletableFuture<Answer<EngineRow>> runToEngine(LifecycleRequest request, Duration patience, RequestNotes notes) {
        return run(request, patience, notes, (operation, earlier) -> engine(request, operation, earlier));
    }

    /** What an operation that succeeded is answered with. */
    private interface Result<T> {
        /** {@code earlier} is what is being repeated; null if this is the first answer. */
        T of(Operation ended, Accepted.@Nullable Repeated earlier);
    }

    private <T> CompletableFuture<Answer<T>> run(
            LifecycleRequest request, Duration patience, RequestNotes notes, Result<T> result) {
        long deadline = OperationRunner.deadline(patience);
        return runner.request(request).thenCompose(accepted -> goOn(request, accepted, deadline, notes, result));
    }

    private <T> CompletableFuture<Answer<T>> goOn(
            LifecycleRequest request, Accepted accepted, long deadline, RequestNotes notes, Result<T> result) {
        if (accepted instanceof Accepted.Waiting waiting) {
            return await(waiting.operation(), deadline, notes, ended -> result.of(ended, null));
        }
        if (accepted instanceof Accepted.Repeated repeated) {
            return await(repeated.operation(), deadline, notes, ended -> result.of(ended, repeated));
        }
        if (accepted instanceof Accepted.Erased erased) {
            throw nothingButANameErased(erased.progress());
        }
        throw new IllegalStateException(request.verb() + " came to " + accepted);
    }

    private static BapException nothingButANameErased(Erasures.Progress progress) {
        String rest = progress.goesOn() ? " so far. The others follow without another request." : ".";
        return new BapException(
                ErrorCode.ENGINE_NOT_FOUND,
                "This user has no engine. The user's name has been erased from " + progress.rows()
                        + " audit rows and operations" + rest);
    }

    private <T> CompletableFuture<Answer<T>> await(
            Operation operation, long deadline, RequestNotes notes, Function<Operation, T> result) {
        notes.operation(operation);
        return runner.whenEnded(operation, deadline, ended -> finish(ended, result));
    }

    private <T> CompletableFuture<Answer<T>> finish(Operation ended, Function<Operation, T> result) {
        if (ended.status() == OperationStatus.SUCCEEDED) {
            return CompletableFuture.completedFuture(new Answer.Done<>(result.apply(ended)));
        }
        throw ended.supersededBy() == null ? OperationWaiters.error(ended) : superseded(ended);
    }

    private BapException superseded(Operation ended) {
        String successor = Optional.ofNullable(ended.supersededBy())
                .flatMap(id -> jdbi.withExtension(OperationDao.class, operations -> operations.find(id)))
                .map(operation -> operation.kind().wireName())
                .orElse("another operation");
        return new BapException(
                ErrorCode.OPERATION_IN_PROGRESS,
                "This " + ended.kind().wireName() + " was cancelled because a " + successor
                        + " took precedence. Repeat the request if it is still wanted.");
    }

    private EngineRow engine(LifecycleRequest request, Operation ended, Accepted.@Nullable Repeated earlier) {
        Optional<EngineRow> engine =
                jdbi.withExtension(EngineDao.class, engines -> engines.find(request.productId(), request.userId()));
        if (earlier == null) {
            return engine.orElseThrow(EngineService::notFound);
        }
        return engine.filter(now -> now.engineId().equals(ended.engineId()))
                .filter(now -> earlier.hadKeyOf(now))
                .orElseThrow(() -> new BapException(
                        ErrorCode.IDEMPOTENCY_CONFLICT,
                        "This request succeeded before, but its answer can not be repeated: the engine has been"
                                + " destroyed, or has another key, since. GET the engine, or use a new key."));
    }
}
