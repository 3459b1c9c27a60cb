package ai.september.bap.registry.host;

import static java.util.Objects.requireNonNull;

import ai.september.bap.registry.id.HostId;
import org.jspecify.annotations.Nullable;

/**
 * What a host has for engines, as its workers announce it.
 *
 * @param backend {@code docker} or {@code subprocess}
 * @param portMin first host port engines may get
 * @param portMax last host port engines may get
 * @param publishesPorts whether engines get one at all
 * @param memoryBudget what engines may have together, in bytes; null where nobody counts
 * @param engineMemory what each of them may have, in bytes; null where nobody counts
 */
public record HostOffer(
        HostId hostId,
        String backend,
        int portMin,
        int portMax,
        boolean publishesPorts,
        @Nullable Long memoryBudget,
        @Nullable Long engineMemory) {

    public HostOffer {
        requireNonNull(hostId, "hostId");
        requireNonNull(backend, "backend");
        if ((memoryBudget == null) != (engineMemory == null)) {
            throw new IllegalArgumentException("a budget counts by what each engine may have");
        }
    }

    /** A host with so many ports, on which nobody counts memory. */
    public static HostOffer of(HostId hostId, String backend, int portMin, int portMax) {
        return new HostOffer(hostId, backend, portMin, portMax, true, null, null);
    }

    /** The same, without ports. */
    public HostOffer withoutPorts() {
        return new HostOffer(hostId, backend, portMin, portMax, false, memoryBudget, engineMemory);
    }

    /** The same, with so much memory, and so much of it for each engine, in bytes. */
    public HostOffer withMemory(long budget, long each) {
        return new HostOffer(hostId, backend, portMin, portMax, publishesPorts, budget, each);
    }
}
