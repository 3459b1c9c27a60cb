package ai.september.bap.api.engine;

import ai.september.bap.api.operation.Answer;
import ai.september.bap.api.operation.OperationWaiters;
import ai.september.bap.registry.engine.EngineDao;
import ai.september.bap.registry.engine.EngineStatus;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.ImageRef;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.operation.Accepted;
import ai.september.bap.registry.operation.AdmitFlags;
import ai.september.bap.registry.operation.LifecycleRequest;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.OperationDao;
import ai.september.bap.registry.operation.OperationStatus;
import ai.september.bap.registry.operation.Verb;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** The explicit verbs on one user's engine, and reading engines. Thread-safe. */
public final class EngineService {

    private final Jdbi jdbi;
    private final OperationRunner runner;
    private final EngineViews views;
    private final Images images;

    public EngineService(Jdbi jdbi, OperationRunner runner, EngineViews views, Images images) {
        this.jdbi = jdbi;
        this.runner = runner;
        this.views = views;
        this.images = images;
    }

    /** A page of engines. */
    public record Page(List<EngineView> engines, long total) {}

    /** Gives the user an engine; {@code image} null means the default one. */
    public CompletableFuture<Answer<EngineView>> provision(Caller caller, UserId user, @Nullable ImageRef image) {
        ImageRef wanted = image == null ? images.standard() : images.check(image);
        return run(
                caller,
                Verb.PROVISION,
                user,
                wanted,
                engine -> engine(caller.product().productId(), user));
    }

    /** Brings the user's engine up. */
    public CompletableFuture<Answer<EngineView>> start(Caller caller, UserId user) {
        return run(
                caller,
                Verb.START,
                user,
                images.standard(),
                operation -> engine(caller.product().productId(), user));
    }

    /** Stops the user's engine; volume, key and port stay. */
    public CompletableFuture<Answer<EngineId>> stop(Caller caller, UserId user) {
        return run(caller, Verb.STOP, user, images.standard(), Operation::engineId);
    }

    /** Gives the user's running engine a new key. */
    public CompletableFuture<Answer<EngineView>> rotateKey(Caller caller, UserId user) {
        return run(
                caller,
                Verb.ROTATE_KEY,
                user,
                images.standard(),
                operation -> engine(caller.product().productId(), user));
    }

    /** Removes the user's engine for good. */
    public CompletableFuture<Answer<EngineId>> destroy(Caller caller, UserId user) {
        return run(caller, Verb.DESTROY, user, images.standard(), Operation::engineId);
    }

    /**
     * The user's engine in its last settled state.
     *
     * @throws BapException {@code ENGINE_NOT_FOUND}
     */
    public EngineView get(ProductId product, UserId user) {
        return engine(product, user);
    }

    /** The product's engines, oldest first. */
    public Page list(ProductId product, @Nullable EngineStatus status, int limit, long offset) {
        return jdbi.withExtension(
                EngineDao.class,
                engines -> new Page(
                        engines.page(product, status, limit, offset).stream()
                                .map(views::listed)
                                .toList(),
                        engines.count(product, status)));
    }

    private <T> CompletableFuture<Answer<T>> run(
            Caller caller, Verb verb, UserId user, ImageRef image, Function<Operation, T> result) {
        long deadline = OperationRunner.deadline(caller.patience());
        Accepted accepted = runner.request(new LifecycleRequest(
                verb,
                caller.product().productId(),
                user,
                caller.product().slug().value(),
                image,
                AdmitFlags.NONE));
        if (!(accepted instanceof Accepted.Waiting waiting)) {
            throw new IllegalStateException(verb + " came to " + accepted);
        }
        caller.notes().operation(waiting.operation());
        return runner.whenEnded(waiting.operation(), deadline, ended -> finish(ended, result));
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

    private EngineView engine(ProductId product, UserId user) {
        return jdbi.withExtension(EngineDao.class, engines -> engines.find(product, user))
                .map(views::full)
                .orElseThrow(() -> new BapException(
                        ErrorCode.ENGINE_NOT_FOUND,
                        "This user has no engine. Provision one, or admit with auto_provision."));
    }
}
