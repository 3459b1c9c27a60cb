package ai.september.bap.registry.deletion;

import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.audit.AuditAction;
import ai.september.bap.registry.audit.AuditDao;
import ai.september.bap.registry.engine.EngineDao;
import ai.september.bap.registry.erasure.ProductErasures;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.OperationId;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.Slug;
import ai.september.bap.registry.operation.AdmitFlags;
import ai.september.bap.registry.operation.LifecycleRequest;
import ai.september.bap.registry.operation.Verb;
import ai.september.bap.registry.product.PlatformKeyRingDao;
import ai.september.bap.registry.product.Products;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Deleting products. One with engines loses its keys at once, so that nothing new comes; then its engines are destroyed, by
 * whoever carries the deletion out; then it goes itself. Operations and audit rows stay as long as they are kept.
 * Thread-safe; every method may be repeated.
 */
public final class ProductDeletions {

    private final Jdbi jdbi;

    public ProductDeletions(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * Deletes a product without engines, or begins to delete one with engines. A deletion that is under way is answered again.
     *
     * @param erase whether the names of all its users go out of what stays, afterwards; also of a product that is gone already
     * @return the deletion; it has ended where there were no engines
     * @throws BapException {@code PRODUCT_NOT_FOUND}; {@code PRODUCT_NOT_EMPTY} if there are engines that are not to be
     *     destroyed
     */
    public ProductDeletion begin(ProductId productId, boolean destroyEngines, boolean erase, Actor actor) {
        return jdbi.inTransaction(handle -> {
                    Optional<Slug> slug =
                            handle.attach(ProductDeletionDao.class).lockProduct(productId);
                    if (slug.isEmpty() && erase) {
                        ProductErasures.begin(handle, productId);
                    }
                    return slug.map(found -> begin(handle, productId, found, destroyEngines, erase, actor));
                })
                .orElseThrow(() -> erase ? nothingButNamesErased() : Products.notFound());
    }

    private static ProductDeletion begin(
            Handle handle, ProductId productId, Slug slug, boolean destroyEngines, boolean erase, Actor actor) {
        ProductDeletionDao deletions = handle.attach(ProductDeletionDao.class);
        Optional<ProductDeletion> underWay = deletions.findOpen(productId);
        ProductDeletion deletion = underWay.orElseGet(() -> beginAnew(handle, productId, slug, destroyEngines, actor));
        if (erase) {
            deletion = deletions.markErase(deletion.operationId());
        }
        if (deletion.enginesTotal() == 0) {
            return delete(handle, deletion);
        }
        if (underWay.isEmpty()) {
            audit(handle, deletion, "engines_total");
        }
        return deletion;
    }

    private static ProductDeletion beginAnew(
            Handle handle, ProductId productId, Slug slug, boolean destroyEngines, Actor actor) {
        ProductDeletionDao deletions = handle.attach(ProductDeletionDao.class);
        long engines = handle.attach(EngineDao.class).count(productId);
        if (engines > 0 && !destroyEngines) {
            throw new BapException(
                    ErrorCode.PRODUCT_NOT_EMPTY,
                    "The product has " + engines + " engines. Destroy them first, or send destroy_engines=true.");
        }
        deletions.markProduct(productId);
        handle.attach(PlatformKeyRingDao.class).expireAll(productId, Duration.ZERO);
        return deletions.insert(OperationId.random(), productId, slug, actor, engines);
    }

    private static BapException nothingButNamesErased() {
        return new BapException(
                ErrorCode.PRODUCT_NOT_FOUND,
                "No product has this id. Where one had it, its users' names are being erased from audit log and"
                        + " operations.");
    }

    public Optional<ProductDeletion> find(OperationId operationId) {
        return jdbi.withExtension(ProductDeletionDao.class, deletions -> deletions.find(operationId));
    }

    /** Those of these that there are. */
    public List<ProductDeletion> find(Collection<OperationId> ids) {
        return jdbi.withExtension(ProductDeletionDao.class, deletions -> deletions.find(ids));
    }

    /** Those that are under way. */
    public List<ProductDeletion> open() {
        return jdbi.withExtension(ProductDeletionDao.class, ProductDeletionDao::open);
    }

    /**
     * What has to be asked for next: destroys of engines that are still there.
     *
     * @param atOnce the most destroys of this product that are to be under way
     */
    public List<LifecycleRequest> next(ProductDeletion deletion, int atOnce) {
        return jdbi.withExtension(ProductDeletionDao.class, deletions -> {
            int free = atOnce - deletions.destroysUnderWay(deletion.productId());
            return free <= 0
                    ? List.of()
                    : deletions.next(deletion.productId(), free).stream()
                            .map(doomed -> destroy(deletion, doomed))
                            .toList();
        });
    }

    private static LifecycleRequest destroy(ProductDeletion deletion, ProductDeletionDao.Doomed doomed) {
        return LifecycleRequest.of(
                        Verb.DESTROY,
                        deletion.productId(),
                        doomed.userId(),
                        deletion.by(),
                        doomed.image(),
                        AdmitFlags.NONE)
                .of(doomed.engineId());
    }

    /**
     * Notes how far a deletion has come and, if no engine is left, ends it.
     *
     * @return how many engines are left; 0 also for one that has ended
     */
    public int proceed(OperationId operationId) {
        return jdbi.inTransaction(handle -> {
            ProductDeletionDao deletions = handle.attach(ProductDeletionDao.class);
            Optional<ProductDeletion> deletion = deletions.find(operationId);
            deletion.ifPresent(found -> deletions.lockProduct(found.productId()));
            int left = deletions.progress(operationId).orElse(0);
            if (left == 0) {
                deletions
                        .find(operationId)
                        .filter(found -> found.finishedAt() == null)
                        .ifPresent(found -> delete(handle, found));
            }
            return left;
        });
    }

    private static ProductDeletion delete(Handle handle, ProductDeletion deletion) {
        ProductDeletionDao deletions = handle.attach(ProductDeletionDao.class);
        // In this order: an admit that is being counted is waited for, and its row is deleted with the others.
        deletions.deleteProduct(deletion.productId());
        deletions.deleteRateLimitHits(deletion.productId());
        deletions.succeed(deletion.operationId());
        if (deletion.erase()) {
            ProductErasures.begin(handle, deletion.productId());
        }
        ProductDeletion ended = deletions.find(deletion.operationId()).orElseThrow();
        audit(handle, ended, "engines_destroyed");
        return ended;
    }

    /** One row when it begins, because the product's keys end then, and one when it ends; where that is one, the latter. */
    private static void audit(Handle handle, ProductDeletion deletion, String figure) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("slug", deletion.slug().value());
        metadata.put("operation_id", deletion.operationId().toString());
        metadata.put("outcome", deletion.status().wireName());
        metadata.put(figure, deletion.enginesTotal());
        if (deletion.erase()) {
            metadata.put("erase", true);
        }
        handle.attach(AuditDao.class)
                .insert(deletion.productId(), null, null, AuditAction.PRODUCT_DELETE, deletion.by(), metadata, null);
    }
}
