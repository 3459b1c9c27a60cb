package ai.september.bap.registry.ratelimit;

import ai.september.bap.registry.id.ProductId;
import java.time.Duration;
import org.jdbi.v3.core.Jdbi;

/**
 * The log of admits in PostgreSQL that all replicas share: a sliding window for each product. It survives all of them.
 * Thread-safe.
 */
public final class AdmitLog {

    private static final String TAKE = """
            SELECT granted, lease_row, seconds
            FROM take_admits(:product, :limit, :window, :lease, :want, :unusedRow, :unused)
            """;

    private final Jdbi jdbi;
    private final Window window;

    public AdmitLog(Jdbi jdbi) {
        this(jdbi, Window.MINUTE);
    }

    AdmitLog(Jdbi jdbi, Window window) {
        this.jdbi = jdbi;
        this.window = window;
    }

    Window window() {
        return window;
    }

    /** One short call, which waits for others of the same product. What is refused is not counted. */
    Grant take(ProductId product, Claim claim) {
        return jdbi.withHandle(handle -> handle.createQuery(TAKE)
                .bind("product", product)
                .bind("limit", claim.limit())
                .bind("window", window.length())
                .bind("lease", window.leaseOf(claim.limit()))
                .bind("want", claim.want())
                .bind("unusedRow", claim.unusedRow())
                .bind("unused", claim.unused())
                .map((row, context) ->
                        new Grant(row.getInt("granted"), row.getLong("lease_row"), seconds(row.getDouble("seconds"))))
                .one());
    }

    private static Duration seconds(double seconds) {
        return Duration.ofNanos((long) (seconds * 1e9));
    }
}
