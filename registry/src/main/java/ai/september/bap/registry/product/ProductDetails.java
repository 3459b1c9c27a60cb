package ai.september.bap.registry.product;

import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.Slug;
import java.time.Instant;
import org.jdbi.v3.json.Json;

/**
 * A product as its operator sees it.
 *
 * @param deleting whether its deletion is under way, which takes all its keys from it
 */
public record ProductDetails(
        ProductId productId,
        Slug slug,
        String displayName,
        @Json Policy policy,
        boolean deleting,
        Instant createdAt) {}
