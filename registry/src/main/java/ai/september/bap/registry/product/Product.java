package ai.september.bap.registry.product;

import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.Slug;
import org.jdbi.v3.json.Json;

/** A tenant: a SaaS backend whose users get engines. */
public record Product(ProductId productId, Slug slug, @Json Policy policy) {}
