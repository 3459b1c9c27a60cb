package ai.september.bap.registry.watch;

import ai.september.bap.registry.id.EngineId;

/**
 * An engine that should be up and that nothing is being done to, as it was when somebody looked.
 *
 * @param fence what is seen of it is true of this fence only
 * @param incarnation that of the container it should have
 * @param failures probes in a row that failed until now
 * @param degraded whether nothing but its LLM provider fails, as far as is known
 * @param remembered whether something is on record that a while of health makes obsolete
 */
public record Watched(
        EngineId engineId, long fence, int incarnation, int failures, boolean degraded, boolean remembered)
        implements Comparable<Watched> {

    /** As PostgreSQL orders their ids. */
    @Override
    public int compareTo(Watched other) {
        return engineId.toString().compareTo(other.engineId.toString());
    }

    /** Whether the last sweep found it simply well. */
    public boolean isWell() {
        return failures == 0 && !degraded;
    }
}
