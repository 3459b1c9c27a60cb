package ai.september.bap.registry.engine;

import ai.september.bap.registry.id.Slug;
import org.jdbi.v3.core.mapper.Nested;
import org.jspecify.annotations.Nullable;

/**
 * An engine as its operator sees it.
 *
 * @param slug its product's
 * @param failureCode why it failed last; null for one that runs
 */
public record FleetEngine(
        @Nested EngineRow engine,
        Slug slug,
        @Nullable String failureCode,
        @Nullable String failureMessage) {}
