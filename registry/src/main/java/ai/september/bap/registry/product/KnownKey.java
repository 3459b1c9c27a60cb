package ai.september.bap.registry.product;

import java.util.UUID;
import org.jdbi.v3.core.mapper.Nested;

/** A platform key that is valid now, by its id, and whose it is. */
public record KnownKey(UUID keyId, @Nested("p") Product product) {}
