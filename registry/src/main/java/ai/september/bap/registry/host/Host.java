package ai.september.bap.registry.host;

import ai.september.bap.registry.id.HostId;
import java.time.Instant;

/**
 * A container daemon that has announced itself.
 *
 * @param backend {@code docker} or {@code subprocess}
 * @param portMin first host port engines may get
 * @param portMax last host port engines may get
 */
public record Host(HostId hostId, String backend, int portMin, int portMax, Instant heartbeatAt) {}
