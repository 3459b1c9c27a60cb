package ai.september.bap.api.engine;

import ai.september.bap.api.http.RequestNotes;
import ai.september.bap.api.operation.Answer;
import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.engine.EngineDao;
import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.engine.EngineStatus;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.ImageRef;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.operation.AdmitFlags;
import ai.september.bap.registry.operation.LifecycleRequest;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.Verb;
import ai.september.bap.registry.product.Product;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** The explicit verbs on one user's engine, and reading engines. Thread-safe. */
public final class EngineService {

    private final Jdbi jdbi;
    private final VerbRunner verbs;
    private final EngineViews views;
    private final Images images;

    public EngineService(Jdbi jdbi, OperationRunner runner, EngineViews views, Images images) {
        this.jdbi = jdbi;
        this.verbs = new VerbRunner(jdbi, runner);
        this.views = views;
        this.images = images;
    }

    /** A page of engines. */
    @Schema(name = "EnginePage")
    public record Page(List<EngineView> engines, long total) {}

    /** Gives the user an engine; {@code image} null means the default one. */
    public CompletableFuture<Answer<EngineView>> provision(Caller caller, UserId user, @Nullable ImageRef image) {
        ImageRef wanted = image == null ? images.standard() : image;
        LifecycleRequest request = request(caller, Verb.PROVISION, user, wanted).onCondition(() -> {
            images.check(wanted);
            caller.product().policy().checkImage(wanted);
        });
        return runToEngine(caller, request, views::full);
    }

    /** Brings the user's engine up; the answer is without its key. */
    public CompletableFuture<Answer<EngineView>> start(Caller caller, UserId user) {
        return runToEngine(caller, request(caller, Verb.START, user, images.standard()), views::listed);
    }

    /** Stops the user's engine; volume, key and port stay. */
    public CompletableFuture<Answer<EngineId>> stop(Caller caller, UserId user) {
        return run(caller, request(caller, Verb.STOP, user, images.standard()));
    }

    /** Gives the user's running engine a new key. */
    public CompletableFuture<Answer<EngineView>> rotateKey(Caller caller, UserId user) {
        return runToEngine(caller, request(caller, Verb.ROTATE_KEY, user, images.standard()), views::full);
    }

    /**
     * Removes the user's engine for good.
     *
     * @param erase whether the user's name goes out of audit log and operations, too, even if there is no engine
     */
    public CompletableFuture<Answer<EngineId>> destroy(Caller caller, UserId user, boolean erase) {
        LifecycleRequest request = request(caller, Verb.DESTROY, user, images.standard());
        return run(caller, erase ? request.erasing() : request);
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

    /** Brings any product's engine up, in the operator's name. */
    public CompletableFuture<Answer<EngineView>> startAny(
            EngineId engineId, Actor actor, Duration patience, RequestNotes notes) {
        return verbs.runToEngine(request(Verb.START, engineId, actor), patience, notes)
                .thenApply(answer -> answer.map(views::listed));
    }

    /** Stops or destroys any product's engine, in the operator's name. */
    public CompletableFuture<Answer<EngineId>> endAny(
            Verb verb, EngineId engineId, Actor actor, boolean erase, Duration patience, RequestNotes notes) {
        LifecycleRequest request = request(verb, engineId, actor);
        return verbs.run(erase ? request.erasing() : request, patience, notes)
                .thenApply(answer -> answer.map(Operation::engineId));
    }

    private LifecycleRequest request(Verb verb, EngineId engineId, Actor actor) {
        EngineRow engine = jdbi.withExtension(EngineDao.class, engines -> engines.find(engineId))
                .orElseThrow(EngineService::unknown);
        return LifecycleRequest.of(verb, engine.productId(), engine.userId(), actor, engine.image(), AdmitFlags.NONE)
                .of(engineId);
    }

    private static LifecycleRequest request(Caller caller, Verb verb, UserId user, ImageRef image) {
        Product product = caller.product();
        return LifecycleRequest.of(
                        verb, product.productId(), user, Actor.product(product.slug()), image, AdmitFlags.NONE)
                .under(caller.idempotencyKey());
    }

    private CompletableFuture<Answer<EngineId>> run(Caller caller, LifecycleRequest request) {
        return verbs.run(request, caller.patience(), caller.notes())
                .thenApply(answer -> answer.map(Operation::engineId));
    }

    private CompletableFuture<Answer<EngineView>> runToEngine(
            Caller caller, LifecycleRequest request, Function<EngineRow, EngineView> view) {
        return verbs.runToEngine(request, caller.patience(), caller.notes()).thenApply(answer -> answer.map(view));
    }

    /** The refusal of an id that is no engine's. */
    public static BapException unknown() {
        return new BapException(ErrorCode.ENGINE_NOT_FOUND, "No engine has this id. GET /admin/engines lists them.");
    }

    /** The refusal where a user has no engine. */
    public static BapException notFound() {
        return new BapException(
                ErrorCode.ENGINE_NOT_FOUND, "This user has no engine. Provision one, or admit with auto_provision.");
    }

    private EngineView engine(ProductId product, UserId user) {
        return jdbi.withExtension(EngineDao.class, engines -> engines.find(product, user))
                .map(views::full)
                .orElseThrow(EngineService::notFound);
    }
}
