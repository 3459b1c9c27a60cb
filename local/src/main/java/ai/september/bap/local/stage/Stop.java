package ai.september.bap.local.stage;

import java.time.Duration;

/** How a running stage ends. */
@FunctionalInterface
public interface Stop {

    /**
     * Returns when the part has ended. What has not ended by itself within the grace period is ended by force. An
     * interrupt means hurry: the rest of the grace is forgone, and the method still returns normally.
     */
    void within(Duration grace);
}
