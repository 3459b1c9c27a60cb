package ai.september.bap.registry.watch;

import ai.september.bap.registry.id.HostId;

/** Somebody else watches over the host by now: whoever gets this has nothing more to say, and ends. */
public final class WatchLostException extends RuntimeException {

    WatchLostException(HostId hostId) {
        super("another worker watches over host " + hostId);
    }
}
