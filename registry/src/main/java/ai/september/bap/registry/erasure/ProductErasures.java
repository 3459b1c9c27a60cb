package ai.september.bap.registry.erasure;

import ai.september.bap.registry.id.ProductId;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Has the names of all users of a deleted product taken out of what outlives it: each user's is an erasure of its own, with a
 * token of its own. Thread-safe; any number may work at once.
 */
public final class ProductErasures {

    /** The most erasures that one transaction asks for. */
    private static final int BATCH = 1_000;

    private final Jdbi jdbi;

    public ProductErasures(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** Begins, in the caller's transaction. */
    public static void begin(Handle handle, ProductId productId) {
        handle.attach(ProductErasureDao.class).ask(productId);
    }

    /** Asks for the erasure of the next users of a product; whether there was anything to do. */
    public boolean askForNext() {
        return jdbi.inTransaction(handle -> {
            ProductErasureDao products = handle.attach(ProductErasureDao.class);
            Optional<ProductErasure> due = products.claim(Erasures.LATE);
            due.ifPresent(erasure -> proceed(products, erasure));
            return due.isPresent();
        });
    }

    private static void proceed(ProductErasureDao products, ProductErasure erasure) {
        Optional<String> last = products.askForUsers(erasure, BATCH);
        if (last.isPresent()) {
            products.goOn(erasure.productId(), last.get());
        } else if (erasure.inLastPass()) {
            products.end(erasure.productId());
        } else {
            products.passAgain(erasure.productId(), Erasures.LATE);
        }
    }
}
