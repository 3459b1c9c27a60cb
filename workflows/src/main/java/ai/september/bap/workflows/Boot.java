package ai.september.bap.workflows;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * A boot that succeeded.
 *
 * @param durationMs milliseconds from the process's start to its first healthy answer
 * @param healthyAt when that answer came
 */
public record Boot(int durationMs, Instant healthyAt) {

    public Boot {
        requireNonNull(healthyAt, "healthyAt");
    }
}
