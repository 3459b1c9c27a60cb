package ai.september.bap.api.http;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * Where a client is, as far as it cannot choose it: an IPv4 address, or the first half of an IPv6 address, because whoever
 * has one of those has all that begin alike.
 *
 * @param bits the address, or the first 64 bits of it
 */
record ClientNetwork(long bits, boolean isIpv4) {

    static ClientNetwork of(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return address instanceof Inet4Address
                ? new ClientNetwork(bytes.getInt(), true)
                : new ClientNetwork(bytes.getLong(), false);
    }
}
