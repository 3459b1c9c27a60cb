package ai.september.bap.testing;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** Waiting for something that happens elsewhere: Awaitility, asking at once and then every few milliseconds. */
public final class Await {

    private static final Duration POLL_INTERVAL = Duration.ofMillis(5);

    private Await() {}

    /**
     * {@code Await.atMost(limit, "the engine is running").until(…)} or {@code .untilAsserted(…)}.
     *
     * @param description what is awaited; part of the failure's message
     */
    public static ConditionFactory atMost(Duration limit, String description) {
        return Awaitility.await(description)
                .pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(POLL_INTERVAL)
                .atMost(limit);
    }
}
