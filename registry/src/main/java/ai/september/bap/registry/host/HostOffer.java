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
 * @param engineMemory what each of them has, if its product asks for nothing else, in bytes; null where nobody counts
 * @param engineMemoryMax the most that one may have, in bytes; null where nobody counts
 */
public record HostOffer(
        HostId hostId,
        String backend,
        int portMin,
        int portMax,
        boolean publishesPorts,
        @Nullable Long memoryBudget,
        @Nullable Long engineMemory,
        @Nullable Long engineMemoryMax) {

    public HostOffer {
        requireNonNull(hostId, "hostId");
        requireNonNull(backend, "backend");
        if ((memoryBudget == null) != (engineMemory == null) || (engineMemory == null) != (engineMemoryMax == null)) {
            throw new IllegalArgumentException("a budget counts by what each engine may have");
        }
    }

    /** A host with so many ports, on which nobody counts memory. */
    public static HostOffer of(HostId hostId, String backend, int portMin, int portMax) {
        return new HostOffer(hostId, backend, portMin, portMax, true, null, null, null);
    }

    /** The same, without ports. */
    public HostOffer withoutPorts() {
        return new HostOffer(hostId, backend, portMin, portMax, false, memoryBudget, engineMemory, engineMemoryMax);
    }

    /** The same, with so much memory, so much of it for each engine, and for one at most so much, in bytes. */
    public HostOffer withMemory(long budget, long each, long most) {
        return new HostOffer(hostId, backend, portMin, portMax, publishesPorts, budget, each, most);
    }
}
