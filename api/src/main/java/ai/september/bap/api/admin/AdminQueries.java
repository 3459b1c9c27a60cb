package ai.september.bap.api.admin;

import ai.september.bap.api.http.QueryParameters;
import ai.september.bap.registry.id.Slug;
import org.jspecify.annotations.Nullable;

/** What the operator's queries have in common. */
final class AdminQueries {

    private AdminQueries() {}

    /** {@code product}, by its slug; null for all. */
    static @Nullable Slug product(QueryParameters query) {
        return query.value("product", Slug::new, "a product's slug").orElse(null);
    }
}
