package ai.september.bap.registry.engine;

import ai.september.bap.registry.product.Product;
import java.util.UUID;
import org.jdbi.v3.core.mapper.Nested;
import org.jspecify.annotations.Nullable;

/**
 * All that an admit has to know, from one read.
 *
 * @param keyId the platform key's
 * @param engine null if the user has none
 * @param busy whether an operation is under way for the engine, which takes it off the hot path
 */
public record AdmitView(
        UUID keyId,

        @Nested("p") Product product,

        @Nested @Nullable ReachableEngine engine,
        boolean busy) {}
