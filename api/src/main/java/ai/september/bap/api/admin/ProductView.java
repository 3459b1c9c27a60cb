package ai.september.bap.api.admin;

import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.Slug;
import ai.september.bap.registry.product.Policy;
import ai.september.bap.registry.product.ProductDetails;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;

/**
 * The product object.
 *
 * @param status {@code active}, or {@code deleting} from the moment its deletion is asked for
 */
@Schema(name = "Product")
public record ProductView(
        ProductId productId, Slug slug, String displayName, String status, Policy policy, Instant createdAt) {

    static ProductView of(ProductDetails product) {
        return new ProductView(
                product.productId(),
                product.slug(),
                product.displayName(),
                product.deleting() ? "deleting" : "active",
                product.policy(),
                product.createdAt());
    }
}
