package ai.september.bap.api.engine;

import static java.util.Objects.requireNonNull;

import ai.september.bap.api.http.RequestNotes;
import ai.september.bap.registry.operation.IdempotencyKey;
import ai.september.bap.registry.product.Product;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Who asks, and how long they wait.
 *
 * @param product the product whose key the request carries
 * @param patience how long the request may wait for its operation; zero with {@code Prefer: respond-async}
 * @param notes what is to be logged of the request
 * @param idempotencyKey what makes a repetition of the request one; null without
 */
public record Caller(
        Product product,
        Duration patience,
        RequestNotes notes,
        @Nullable IdempotencyKey idempotencyKey) {

    public Caller {
        requireNonNull(product, "product");
        requireNonNull(patience, "patience");
        requireNonNull(notes, "notes");
    }
}
