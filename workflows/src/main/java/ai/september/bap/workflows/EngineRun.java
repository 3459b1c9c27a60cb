package ai.september.bap.workflows;

import static java.util.Objects.requireNonNull;

import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.OperationId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A run that Temporal has under an engine's workflow id, and that has not ended.
 *
 * @param operationId what it was started for; null if it does not say so, as one that somebody started by hand, or has not
 *     been asked
 */
public record EngineRun(
        EngineId engineId, String runId, @Nullable OperationId operationId, Instant startedAt) {

    public EngineRun {
        requireNonNull(engineId, "engineId");
        requireNonNull(runId, "runId");
        requireNonNull(startedAt, "startedAt");
    }
}
