package ai.september.bap.registry.ratelimit;

import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.ProductId;
import java.time.Duration;
import org.jdbi.v3.core.Jdbi;

/**
 * Enforces {@code rate_limit_rpm} exactly: in no 60 seconds more than the limit, whatever the number of replicas. Its
 * state is a sliding-window log in PostgreSQL; a limited admit costs one short call there. Thread-safe.
 */
public final class RateLimiter {

    private static final Duration WINDOW = Duration.ofSeconds(60);

    private final Jdbi jdbi;

    public RateLimiter(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * Takes one admit out of the product's limit.
     *
     * @throws BapException {@code RATE_LIMITED} with the true wait; a refused admit is not counted
     */
    public void take(ProductId productId, int limitPerMinute) {
        double seconds = jdbi.withHandle(handle -> handle.createQuery("SELECT take_admit(:product, :limit, :window)")
                .bind("product", productId)
                .bind("limit", limitPerMinute)
                .bind("window", WINDOW)
                .mapTo(Double.class)
                .one());
        if (seconds > 0) {
            long wait = Math.max(1, (long) Math.ceil(seconds));
            throw new BapException(
                            ErrorCode.RATE_LIMITED,
                            "Rate limit of " + limitPerMinute + " admits per minute reached. Retry in " + wait
                                    + " seconds.")
                    .retryAfter(Duration.ofSeconds(wait));
        }
    }
}
