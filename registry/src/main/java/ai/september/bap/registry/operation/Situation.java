package ai.september.bap.registry.operation;

import static java.util.Objects.requireNonNull;

import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.engine.EngineStatus;
import org.jspecify.annotations.Nullable;

/**
 * What a verb meets: an engine's state and the operation under way, if any.
 *
 * @param everRan whether the engine has ever been running
 * @param open kind of the open operation; null if there is none
 */
public record Situation(
        EngineStatus status, boolean everRan, @Nullable OperationKind open) {

    public Situation {
        requireNonNull(status, "status");
    }

    static Situation of(EngineRow engine, @Nullable Operation open) {
        return new Situation(engine.status(), engine.everRan(), open == null ? null : open.kind());
    }

    boolean isFailedProvision() {
        return status == EngineStatus.FAILED && !everRan && open == null;
    }
}
