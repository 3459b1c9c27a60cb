package ai.september.bap.api.http;

import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.ProductId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How many streams there may be on this replica: so many in all, and of those a share for each product and one for the
 * operator, so that nobody takes all. Thread-safe.
 */
public final class StreamPlaces {

    private final String streams;
    private final String instead;
    private final int inAll;
    private final int each;

    private final Map<Optional<ProductId>, Integer> taken = new HashMap<>();
    private int total;

    /**
     * So many in all, and so many of them for each caller.
     *
     * @param streams what they are called, for messages
     * @param instead what to do without one
     */
    public StreamPlaces(String streams, String instead, int inAll, int each) {
        this.streams = streams;
        this.instead = instead;
        this.inAll = inAll;
        this.each = each;
    }

    /**
     * Takes a place, which is to be given back.
     *
     * @param caller a product; empty for the operator
     * @throws BapException {@code RATE_LIMITED} if the caller has all of its own, {@code UNAVAILABLE} if there is none at all
     */
    public synchronized void take(Optional<ProductId> caller) {
        if (taken.getOrDefault(caller, 0) >= each) {
            throw new BapException(
                    ErrorCode.RATE_LIMITED,
                    "You have %d %s open here, which is your share. End some (one that broke off counts until that is noticed, for up to half a minute), or %s."
                            .formatted(each, streams, instead));
        }
        if (total >= inAll) {
            throw full();
        }
        taken.merge(caller, 1, Integer::sum);
        total++;
    }

    /** Gives back a place that was taken. */
    public synchronized void giveBack(Optional<ProductId> caller) {
        taken.computeIfPresent(caller, (who, places) -> places == 1 ? null : places - 1);
        total--;
    }

    /** How many are taken. */
    public synchronized int taken() {
        return total;
    }

    /** The refusal where there is no place at all. */
    public BapException full() {
        return new BapException(
                ErrorCode.UNAVAILABLE,
                "Too many %s are open here already. Send it again later, or %s.".formatted(streams, instead));
    }
}
