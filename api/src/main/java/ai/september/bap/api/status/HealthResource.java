package ai.september.bap.api.status;

import ai.september.bap.api.describe.Refuses;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Whether the orchestrator is up: the only path that needs no key. */
@Path("/health")
@Produces(MediaType.APPLICATION_JSON)
public final class HealthResource {

    private final Subsystems subsystems;

    public HealthResource(Subsystems subsystems) {
        this.subsystems = subsystems;
    }

    /** {@code subsystems} only where one is down. */
    public record Health(
            String status,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Map<String, String> subsystems) {}

    @Operation(operationId = "getHealth", summary = "Whether the orchestrator is up")
    @Refuses({ErrorCode.UNAVAILABLE})
    @GET
    public Health health() {
        if (!subsystems.isDatabaseReady()) {
            throw new BapException(
                    ErrorCode.UNAVAILABLE,
                    "PostgreSQL does not answer, or is not migrated yet. Retry when it is back.");
        }
        Map<String, String> others = new TreeMap<>(subsystems.others());
        return others.containsValue(Subsystems.ERROR) ? new Health("degraded", others) : new Health("ok", null);
    }
}
