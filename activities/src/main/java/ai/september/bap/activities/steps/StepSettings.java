package ai.september.bap.activities.steps;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How long steps wait.
 *
 * @param bootTimeout from a container's start to its first healthy answer, at most
 * @param stopGrace between SIGTERM and SIGKILL
 */
public record StepSettings(Duration bootTimeout, Duration stopGrace) {

    public StepSettings {
        requireNonNull(bootTimeout, "bootTimeout");
        requireNonNull(stopGrace, "stopGrace");
    }
}
