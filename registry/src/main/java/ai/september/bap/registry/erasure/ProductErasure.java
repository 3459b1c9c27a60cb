package ai.september.bap.registry.erasure;

import ai.september.bap.registry.id.ProductId;
import java.time.Instant;

/**
 * A product all of whose users' names are being taken out.
 *
 * @param askedAt by the database's clock
 * @param afterUser how far among the names, in their order, the present pass has come; empty at its beginning
 * @param lateOver whether nothing of before comes late any more
 */
public record ProductErasure(ProductId productId, Instant askedAt, String afterUser, boolean lateOver) {

    /** Whether a pass that comes to the end of the names is the last one. */
    boolean inLastPass() {
        return lateOver && afterUser.isEmpty();
    }

    /** Never how far: that is a name. */
    @Override
    public String toString() {
        return "ProductErasure[" + productId + "]";
    }
}
