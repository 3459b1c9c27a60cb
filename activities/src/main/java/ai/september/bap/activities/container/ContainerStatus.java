package ai.september.bap.activities.container;

import static java.util.Objects.requireNonNull;

import ai.september.bap.registry.id.EngineId;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A container as its backend sees it at one moment.
 *
 * @param startedAt when its process was last started; null if never
 * @param exitCode exit code of a process that ended, when the backend knows it
 * @param restarts how often whoever runs it has started it again after it had exited by itself
 * @param address where this orchestrator reaches the engine's HTTP server, for probes; null if it has none yet
 */
public record ContainerStatus(
        ContainerId id,
        EngineId engineId,
        int incarnation,
        ContainerState state,
        @Nullable Instant startedAt,
        @Nullable Integer exitCode,
        int restarts,
        @Nullable URI address) {

    public ContainerStatus {
        requireNonNull(id, "id");
        requireNonNull(engineId, "engineId");
        requireNonNull(state, "state");
    }

    /** Whether anything of it runs, or will run again unless it is stopped. */
    public boolean hasToBeStopped() {
        return isLive() || state == ContainerState.RESTARTING;
    }

    /** Whether a process of this container exists, frozen or not. */
    public boolean isLive() {
        return state == ContainerState.RUNNING || state == ContainerState.PAUSED;
    }

    /** {@link #startedAt()}, for callers that handle its absence. */
    public Optional<Instant> started() {
        return Optional.ofNullable(startedAt);
    }
}
