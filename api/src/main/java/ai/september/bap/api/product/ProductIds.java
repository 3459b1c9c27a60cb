package ai.september.bap.api.product;

import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.product.Products;

/** Products out of paths. */
public final class ProductIds {

    private ProductIds() {}

    /** An id that is no UUID is the id of no product. */
    public static ProductId parse(String text) {
        try {
            return ProductId.parse(text);
        } catch (IllegalArgumentException noUuid) {
            throw Products.notFound();
        }
    }
}
