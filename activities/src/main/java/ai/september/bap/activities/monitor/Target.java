package ai.september.bap.activities.monitor;

import ai.september.bap.registry.watch.Watched;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * An engine whose process lives.
 *
 * @param address where to ask it; null if it has none
 */
record Target(Watched engine, @Nullable URI address) {}
