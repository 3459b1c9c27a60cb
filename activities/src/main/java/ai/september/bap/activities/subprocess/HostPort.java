package ai.september.bap.activities.subprocess;

import ai.september.bap.activities.container.PortTakenException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;

/** Ports on 127.0.0.1. */
final class HostPort {

    private static final byte[] LOOPBACK = {127, 0, 0, 1};

    private HostPort() {}

    static URI address(int port) {
        return URI.create("http://127.0.0.1:" + port);
    }

    /**
     * Makes sure that an engine could listen there now. Connections that linger after their server do not count.
     *
     * @throws PortTakenException if something listens there
     */
    static void requireFree(int port) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port));
        } catch (BindException e) {
            throw new PortTakenException(port);
        }
    }
}
