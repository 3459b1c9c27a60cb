package ai.september.bap.registry.engine;

import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.id.ImageRef;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.UserId;
import org.jspecify.annotations.Nullable;

/** Filters of the operator's listing of engines; null means any. */
public record FleetQuery(
        @Nullable ProductId productId,
        @Nullable EngineStatus status,
        @Nullable HostId hostId,
        @Nullable ImageRef image,
        @Nullable UserId userId) {}
