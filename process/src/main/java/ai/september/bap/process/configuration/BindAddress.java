package ai.september.bap.process.configuration;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Where a process listens: an address or name, or {@code towards:HOST}, which is this machine's own address on the way to
 * that host. A container on two networks listens on one of them that way, whatever addresses it was given.
 */
final class BindAddress {

    private static final String TOWARDS = "towards:";

    /** Any will do: nothing is sent. */
    private static final int PORT = 9;

    private BindAddress() {}

    /** @throws IllegalArgumentException if the host is not known, or there is no way to it */
    static String parse(String text) {
        return text.startsWith(TOWARDS) ? towards(text.substring(TOWARDS.length())) : text;
    }

    private static String towards(String host) {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(InetAddress.getByName(host), PORT));
            return socket.getLocalAddress().getHostAddress();
        } catch (IOException unreachable) {
            throw new IllegalArgumentException("no way there", unreachable);
        }
    }
}
