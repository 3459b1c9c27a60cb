package ai.september.bap.api.admin;

import ai.september.bap.api.http.QueryParameters;
import ai.september.bap.registry.engine.FleetDao;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.Slug;
import ai.september.bap.registry.product.Products;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** What the operator's queries have in common. */
final class AdminQueries {

    private AdminQueries() {}

    /**
     * {@code product}, by its slug; null for all.
     *
     * @throws BapException {@code PRODUCT_NOT_FOUND}, where an empty page would hide that the slug may be misspelt
     */
    static @Nullable ProductId product(QueryParameters query, Jdbi jdbi) {
        Slug slug = query.value("product", Slug::new, "a product's slug").orElse(null);
        return slug == null
                ? null
                : jdbi.withExtension(FleetDao.class, fleet -> fleet.product(slug))
                        .orElseThrow(Products::notFound);
    }
}
