package ai.september.bap.registry.operation;

import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.product.Policy;
import ai.september.bap.registry.product.ProductDao;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Whose turn it is to be provisioned, where a product's policy says how many may be at once: first come, first served. It is
 * given under the product's lock, so there are never more, however many give it. Thread-safe.
 */
public final class ProvisionTurns {

    private final Jdbi jdbi;

    public ProvisionTurns(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** Gives a product's provisions their turns, as far as there are any; those that have it now are to be started. */
    public List<Operation> give(ProductId productId) {
        return jdbi.inTransaction(handle -> {
            Optional<Policy> policy = handle.attach(ProductDao.class).lockPolicy(productId);
            if (policy.isEmpty()) {
                // It is being deleted, and its engines are being destroyed.
                return List.of();
            }
            OperationDao operations = handle.attach(OperationDao.class);
            int free = free(operations, productId, policy.get());
            return free > 0 ? operations.endWait(productId, free) : List.of();
        });
    }

    /**
     * The same for who has just begun or ended a provision. Looks without the lock first: a thousand who do so at once would
     * queue for the product's row, and nearly all of them for nothing. Whoever ends the next one looks again.
     */
    public List<Operation> giveNext(ProductId productId) {
        return jdbi.withHandle(handle -> isAnyToBeGiven(handle, productId)) ? give(productId) : List.of();
    }

    private static boolean isAnyToBeGiven(Handle handle, ProductId productId) {
        OperationDao operations = handle.attach(OperationDao.class);
        return operations.isAnyWaiting(productId)
                && handle.attach(ProductDao.class)
                        .find(productId)
                        .filter(product -> free(operations, productId, product.policy()) > 0)
                        .isPresent();
    }

    private static int free(OperationDao operations, ProductId productId, Policy policy) {
        Integer limit = policy.maxConcurrentProvisions();
        return limit == null ? Integer.MAX_VALUE : limit - operations.provisionsUnderWay(productId);
    }

    /** The same for every product with provisions that wait. */
    public List<Operation> giveAll() {
        return jdbi.withExtension(OperationDao.class, OperationDao::productsWithWaiting).stream()
                .flatMap(product -> give(product).stream())
                .toList();
    }
}
