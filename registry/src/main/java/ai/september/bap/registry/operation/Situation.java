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
 * @param touched whether the open operation may have done something to the container; false if there is none
 */
public record Situation(
        EngineStatus status, boolean everRan, @Nullable OperationKind open, boolean touched) {

    public Situation {
        requireNonNull(status, "status");
    }

    static Situation of(EngineRow engine, @Nullable Operation open) {
        return new Situation(
                engine.status(), engine.everRan(), open == null ? null : open.kind(), open != null && open.touched());
    }

    /** Whether it is about to be put to sleep, and nothing has been done to it yet. */
    boolean isDozing() {
        return open == OperationKind.SLEEP && !touched;
    }

    boolean isFailedProvision() {
        return status == EngineStatus.FAILED && !everRan && open == null;
    }
}
