package ai.september.bap.api.admin;

import ai.september.bap.api.engine.EngineViews;
import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.engine.EngineStatus;
import ai.september.bap.registry.engine.FleetEngine;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.id.ImageRef;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.Slug;
import ai.september.bap.registry.id.UserId;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An engine as the operator sees it; never with its key.
 *
 * @param product its product's slug
 * @param failure why it failed last; null for one that runs
 */
@Schema(name = "AdminEngine")
public record AdminEngineView(
        EngineId engineId,
        ProductId productId,
        Slug product,
        UserId userId,
        HostId hostId,
        EngineStatus status,
        @Nullable Failure failure,
        @Nullable String url,
        ImageRef engineVersion,
        Instant createdAt,
        @Nullable Instant lastHealthAt) {

    /** Why an engine failed. */
    @Schema(name = "EngineFailure")
    public record Failure(String code, String message) {}

    static AdminEngineView of(FleetEngine found, EngineViews views) {
        EngineRow engine = found.engine();
        return new AdminEngineView(
                engine.engineId(),
                engine.productId(),
                found.slug(),
                engine.userId(),
                engine.hostId(),
                engine.status(),
                failure(found),
                views.url(engine),
                engine.image(),
                engine.createdAt(),
                engine.lastHealthAt());
    }

    private static @Nullable Failure failure(FleetEngine found) {
        String code = found.failureCode();
        String message = found.failureMessage();
        return code == null || message == null ? null : new Failure(code, message);
    }

    /** Never whose engine it is. */
    @Override
    public String toString() {
        return "AdminEngineView[" + engineId + " " + status + "]";
    }
}
