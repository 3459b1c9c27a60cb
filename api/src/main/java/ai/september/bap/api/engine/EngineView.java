package ai.september.bap.api.engine;

import ai.september.bap.registry.engine.EngineStatus;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.ImageRef;
import ai.september.bap.registry.id.UserId;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The engine object.
 *
 * @param url null while no port is assigned
 * @param apiKey the engine's key in plain; absent, not null, in lists
 */
@Schema(name = "Engine")
public record EngineView(
        EngineId engineId,
        UserId userId,
        EngineStatus status,
        @Nullable String url,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String apiKey,
        ImageRef engineVersion,
        Instant createdAt,
        @Nullable Instant lastHealthAt) {

    /** Never the key, nor whose engine it is. */
    @Override
    public String toString() {
        return "EngineView[" + engineId + " " + status + "]";
    }
}
