package ai.september.bap.registry.operation;

import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.product.ProductDao;
import ai.september.bap.registry.product.Products;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;

/**
 * One request under an idempotency key, inside its transaction: carried out if the key is new, else answered by what it came
 * to before. A refusal takes the key back with the rest of the transaction, so that the same request may succeed later.
 */
final class Repetition {

    /** How long a key is remembered. */
    static final Duration VALIDITY = Duration.ofHours(24);

    private final Handle handle;
    private final IdempotencyDao uses;
    private final OperationDao operations;
    private final LifecycleRequest request;
    private final IdempotencyKey key;

    Repetition(Handle handle, LifecycleRequest request, IdempotencyKey key) {
        this.handle = handle;
        this.uses = handle.attach(IdempotencyDao.class);
        this.operations = handle.attach(OperationDao.class);
        this.request = request;
        this.key = key;
    }

    /**
     * What the earlier request came to, or what {@code first} comes to.
     *
     * @throws BapException {@code IDEMPOTENCY_CONFLICT} if something else was asked under the key; {@code PRODUCT_NOT_FOUND}
     */
    Accepted orElse(Supplier<Accepted> first) {
        if (uses.take(request.productId(), request.verb(), key, VALIDITY) == 0) {
            return repeat();
        }
        Accepted accepted = first.get();
        if (accepted instanceof Accepted.Waiting waiting) {
            uses.settle(
                    request.productId(),
                    request.verb(),
                    key,
                    waiting.operation().operationId());
        }
        return accepted;
    }

    private Accepted repeat() {
        IdempotencyDao.Use use =
                uses.find(request.productId(), request.verb(), key).orElseThrow(this::unknown);
        if (!use.fingerprint().matches(key.fingerprint())) {
            throw new BapException(
                    ErrorCode.IDEMPOTENCY_CONFLICT,
                    "Another body was sent under this Idempotency-Key. Use a new key for a new request.");
        }
        return Optional.ofNullable(use.operationId())
                .flatMap(operations::find)
                .map(operation ->
                        new Accepted.Repeated(operation, request.verb().showsKey() ? use.keyHash() : null))
                .orElseThrow(Repetition::forgotten);
    }

    /** Neither taken nor known: the product was deleted since its platform key was checked, or the key's time was just over. */
    private BapException unknown() {
        boolean there =
                handle.attach(ProductDao.class).find(request.productId()).isPresent();
        return there ? forgotten() : Products.gone();
    }

    /** Deleted between two statements: its time was just over, or the user was erased. */
    private static BapException forgotten() {
        return new BapException(
                ErrorCode.IDEMPOTENCY_CONFLICT,
                "What this Idempotency-Key stood for is no longer on record. Use a new key.");
    }
}
