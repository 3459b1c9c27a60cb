package ai.september.bap.api.engine;

import static java.util.Objects.requireNonNull;

import ai.september.bap.registry.product.Product;
import java.time.Duration;

/**
 * Who asks, and how long they wait.
 *
 * @param product the product whose key the request carries
 * @param patience how long the request may wait for its operation; zero with {@code Prefer: respond-async}
 */
public record Caller(Product product, Duration patience) {

    public Caller {
        requireNonNull(product, "product");
        requireNonNull(patience, "patience");
    }
}
