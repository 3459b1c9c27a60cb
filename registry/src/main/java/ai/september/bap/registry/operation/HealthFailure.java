package ai.september.bap.registry.operation;

import static java.util.Objects.requireNonNull;

import ai.september.bap.registry.WireName;
import ai.september.bap.registry.error.ErrorCode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How it was found out that an engine which should be up is not.
 *
 * @param problem what was seen, fit for every eye
 * @param exitCode of a process that ended, where it is known
 * @param probes how many in a row had failed
 * @param output the masked last output; null where there is none
 */
public record HealthFailure(
        Cause cause,
        String problem,
        @Nullable Integer exitCode,
        int probes,
        @Nullable String output) {

    public HealthFailure {
        requireNonNull(cause, "cause");
        requireNonNull(problem, "problem");
    }

    /** Its kinds. */
    public enum Cause implements WireName {
        /** Its process or container has ended. */
        EXITED,
        /** Its process lives, and it is not well. */
        UNHEALTHY,
        /** Its host has not been heard of for long: how it is nobody knows. */
        HOST_AWAY
    }

    /** The process has ended. */
    public static HealthFailure exited(@Nullable Integer exitCode, @Nullable String output) {
        String how = exitCode == null ? "" : " with exit code " + exitCode;
        return new HealthFailure(Cause.EXITED, "its process ended" + how, exitCode, 0, output);
    }

    /** There is no container of it. */
    public static HealthFailure gone() {
        return new HealthFailure(Cause.EXITED, "its container is gone", null, 0, null);
    }

    /** Nothing has been heard of its host for so long. */
    public static HealthFailure hostAway(Duration silence) {
        return new HealthFailure(
                Cause.HOST_AWAY, "nothing has been heard of its host for " + silence.toSeconds() + " s", null, 0, null);
    }

    /** So many probes in a row came to nothing, the last of them to this. */
    public static HealthFailure unhealthy(int probes, String problem) {
        return new HealthFailure(Cause.UNHEALTHY, problem, null, probes, null);
    }

    /** The same as the engine's failure. */
    Failure toFailure() {
        return switch (cause) {
            case EXITED -> new Failure(ErrorCode.BACKEND_ERROR, "The engine failed: " + problem + ".");
            case UNHEALTHY ->
                new Failure(
                        ErrorCode.UNAVAILABLE,
                        "The engine failed " + probes + " health checks in a row: " + problem + ".");
            case HOST_AWAY ->
                new Failure(
                        ErrorCode.UNAVAILABLE,
                        "How the engine is nobody knows: " + problem + ". It is recovered when the host is back.");
        };
    }
}
