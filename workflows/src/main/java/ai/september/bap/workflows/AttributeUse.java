package ai.september.bap.workflows;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether runs are started with {@link RunAttributes}. A server that does not know them refuses the start; runs then do
 * without, and after a while it is asked again. Thread-safe.
 */
final class AttributeUse {

    private static final Logger LOG = LoggerFactory.getLogger(AttributeUse.class);

    private static final Duration ASK_AGAIN = Duration.ofMinutes(1);

    private boolean refused;
    private long refusedAt;

    synchronized boolean isWorthTrying() {
        return !refused || System.nanoTime() - refusedAt > ASK_AGAIN.toNanos();
    }

    synchronized void accepted() {
        refused = false;
    }

    synchronized void refused(String reason) {
        if (!refused) {
            LOG.warn(
                    "Temporal refuses the search attributes {} ({}): runs start without them, and can not be found by"
                            + " them, until they are registered in the namespace, as Keyword",
                    RunAttributes.names(),
                    reason);
        }
        refused = true;
        refusedAt = System.nanoTime();
    }
}
