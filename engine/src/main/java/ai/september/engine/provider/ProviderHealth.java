package ai.september.engine.provider;

import ai.september.engine.error.ErrorCode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the last turns tell about the provider: broken after a refused key or {@value #PATIENCE} failures in a row, until
 * a turn succeeds. Nothing is asked of the provider for this, so knowledge ages: after {@link #MEMORY} without another
 * failure it counts as well again, and the next turn will tell. Thread-safe.
 */
public final class ProviderHealth {

    static final int PATIENCE = 3;
    static final Duration MEMORY = Duration.ofMinutes(10);

    private final Clock clock;
    private int failures;
    private @Nullable Instant brokenUntil;

    public ProviderHealth(Clock clock) {
        this.clock = clock;
    }

    public synchronized void succeeded() {
        failures = 0;
        brokenUntil = null;
    }

    /** Counts what tells about the provider; a request that it refuses for itself does not. */
    public synchronized void failed(ErrorCode code) {
        boolean keyRefused = code == ErrorCode.LLM_KEY_REFUSED;
        boolean away = code == ErrorCode.LLM_UNAVAILABLE
                || code == ErrorCode.LLM_RATE_LIMITED
                || code == ErrorCode.LLM_STREAM_BROKEN;
        if (!keyRefused && !away) {
            return;
        }
        failures++;
        if (keyRefused || failures >= PATIENCE) {
            brokenUntil = clock.instant().plus(MEMORY);
        }
    }

    public synchronized boolean isOk() {
        return brokenUntil == null || clock.instant().isAfter(brokenUntil);
    }
}
