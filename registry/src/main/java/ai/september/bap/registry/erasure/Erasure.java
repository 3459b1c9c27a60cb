package ai.september.bap.registry.erasure;

import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.UserId;
import java.time.Instant;

/**
 * A user whose name is being taken out.
 *
 * @param token what takes its place
 * @param askedAt by the database's clock
 * @param afterId how far in the audit log the present pass has come; 0 at its beginning
 * @param lateOver whether nothing of before comes late any more
 */
public record Erasure(
        ProductId productId, UserId userId, String token, Instant askedAt, long afterId, boolean lateOver) {

    /** Whether a pass that finds nothing more is the last one. */
    boolean inLastPass() {
        return lateOver && afterId == 0;
    }

    /** Never whose. */
    @Override
    public String toString() {
        return "Erasure[" + token + " of " + productId + "]";
    }
}
